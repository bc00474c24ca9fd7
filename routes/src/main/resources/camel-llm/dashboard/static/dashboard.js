// Draws the charts of a page from its tables, and keeps what changes up to date. Without it, the page still says everything.
(function () {
  "use strict";

  const plots = [];

  function color(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function number(text) {
    return text === null || text === undefined || text === "" ? null : Number(text);
  }

  function short(value) {
    const size = Math.abs(value);
    if (size >= 1e9) return +(value / 1e9).toFixed(2) + " G";
    if (size >= 1e6) return +(value / 1e6).toFixed(2) + " M";
    if (size >= 1e4) return +(value / 1e3).toFixed(1) + " k";
    return String(+value.toPrecision(6));
  }

  function shown(value, unit) {
    if (value === null || value === undefined) return "–";
    if (unit === "ms") return value < 1000 ? Math.round(value) + " ms" : +(value / 1000).toFixed(2) + " s";
    return unit === "count" ? short(value) : short(value) + " " + unit;
  }

  // Columns of a table as uPlot wants them: x first, null for what is unknown
  function columns(table) {
    const rows = Array.from(table.tBodies[0].rows);
    const count = table.tHead.rows[0].cells.length;
    return Array.from({ length: count }, (_, i) => rows.map(row => number(row.cells[i].dataset.v)));
  }

  function dots(table) {
    return Array.from(table.tBodies[0].rows).map(row => ({
      name: row.cells[0].textContent.trim(),
      x: number(row.cells[1].dataset.v),
      y: number(row.cells[2].dataset.v),
      // From 0 to 1: how large its dot is
      z: row.cells.length > 3 ? number(row.cells[3].dataset.v) : null,
    })).sort((one, other) => one.x - other.x);
  }

  // One series a dot, so that each has its name
  function dotData(points) {
    return [points.map(point => point.x)].concat(
      points.map((point, i) => points.map((_, j) => (i === j ? point.y : null))));
  }

  function axis(unit, label) {
    return {
      stroke: color("--dim"),
      grid: { stroke: color("--line"), width: 1 },
      ticks: { stroke: color("--line"), width: 1 },
      size: 72,
      label,
      labelSize: label ? 22 : 0,
      values: (u, ticks) => ticks.map(tick => (tick === null ? "" : shown(tick, unit))),
    };
  }

  function times(u, ticks, index, space, step) {
    const [from, to] = step >= 28 * 86400 ? [0, 7] : step >= 86400 ? [5, 10] : [11, 16];
    return ticks.map(tick => new Date(tick * 1e3).toISOString().slice(from, to));
  }

  function series(title, i, kind, unit) {
    const stroke = color("--series-" + ((i % 4) + 1));
    const one = { label: title, stroke, width: 2, value: (u, value) => shown(value, unit), points: { show: false } };
    if (kind === "bars") {
      one.paths = uPlot.paths.bars({ size: [0.8, 60] });
      one.fill = stroke;
      one.width = 0;
    } else {
      one.points = { size: 5, fill: stroke };
    }
    return one;
  }

  function overTime(figure, table) {
    const unit = figure.dataset.unit;
    const titles = Array.from(table.tHead.rows[0].cells).map(cell => cell.textContent.trim());
    return {
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1e3), "Etc/UTC"),
      scales: { y: { range: (u, least, most) => [Math.min(0, least || 0), most > 0 ? most * 1.05 : 1] } },
      axes: [Object.assign(axis("count"), { size: 30, space: 70, values: times }), axis(unit)],
      series: [{ value: (u, at) => (at === null ? "–" : new Date(at * 1e3).toISOString().slice(0, 16).replace("T", " ")) }]
        .concat(titles.slice(1).map((title, i) => series(title, i, figure.dataset.kind, unit))),
    };
  }

  function scatter(figure, points, table) {
    const unit = figure.dataset.unit;
    const titles = Array.from(table.tHead.rows[0].cells).map(cell => cell.textContent.trim());
    const beyond = (u, least, most) => [0, most > 0 ? most * 1.15 : 1];
    return {
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      scales: { x: { time: false, range: beyond }, y: { range: beyond } },
      axes: [Object.assign(axis("ms", titles[1]), { size: 40 }), axis(unit, titles[2])],
      series: [{}].concat(points.map((point, i) => ({
        label: point.name,
        stroke: color("--series-" + ((i % 4) + 1)),
        paths: () => null,
        points: point.z === null
          ? { show: true, size: 10, width: 2, fill: color("--card") }
          : { show: true, size: 6 + 16 * point.z, fill: color("--series-" + ((i % 4) + 1)) },
      }))),
      hooks: { draw: [u => names(u, points)] },
    };
  }

  function names(u, points) {
    const context = u.ctx;
    const ratio = window.devicePixelRatio || 1;
    context.save();
    context.fillStyle = color("--ink");
    context.font = 12 * ratio + "px system-ui, sans-serif";
    context.textBaseline = "middle";
    context.textAlign = "left";
    const taken = [];
    points.forEach(point => {
      const x = u.valToPos(point.x, "x", true);
      let y = u.valToPos(point.y, "y", true);
      const width = context.measureText(point.name).width;
      const left = x + 10 * ratio + width > u.bbox.left + u.bbox.width ? x - 10 * ratio - width : x + 10 * ratio;
      // Of names that would lie on each other, the later goes up
      while (taken.some(t => Math.abs(t.y - y) < 13 * ratio && left < t.right && left + width > t.left)) y -= 13 * ratio;
      taken.push({ y, left, right: left + width });
      context.fillText(point.name, left, y);
    });
    context.restore();
  }

  function draw(figure) {
    const table = document.getElementById(figure.dataset.table);
    const place = figure.querySelector(".plot");
    const isScatter = figure.dataset.kind === "scatter";
    const points = isScatter ? dots(table) : [];
    const options = isScatter ? scatter(figure, points, table) : overTime(figure, table);
    options.width = Math.max(200, place.clientWidth);
    options.height = isScatter ? 320 : 210;
    place.replaceChildren();
    return new uPlot(options, isScatter ? dotData(points) : columns(table), place);
  }

  function drawAll() {
    plots.splice(0).forEach(plot => plot.chart.destroy());
    document.querySelectorAll("figure.chart").forEach(figure => plots.push({ figure, chart: draw(figure) }));
  }

  function resize() {
    plots.forEach(plot => plot.chart.setSize({
      width: Math.max(200, plot.figure.querySelector(".plot").clientWidth),
      height: plot.chart.height,
    }));
  }

  // Whoever is in there with the keyboard is not thrown out
  function isFree(part) {
    return !part.contains(document.activeElement);
  }

  function replace(old, now) {
    old.replaceChildren(...Array.from(now.childNodes).map(node => document.importNode(node, true)));
  }

  function tableIds(place) {
    return Array.from(place.querySelectorAll("table")).map(table => table.id).join();
  }

  function take(fresh) {
    const tables = document.querySelector(".tables");
    const freshTables = fresh.querySelector(".tables");
    // Such as those of a router that is new
    if (tableIds(tables) !== tableIds(freshTables) && isFree(tables)) replace(tables, freshTables);
    document.querySelectorAll("[data-live]").forEach(old => {
      const now = fresh.querySelector('[data-live="' + CSS.escape(old.dataset.live) + '"]');
      // Headings and rows of a table belong together
      if (now && isFree(old.closest("table") || old) && old.innerHTML !== now.innerHTML) replace(old, now);
    });
    const drawn = plots.map(plot => plot.figure.dataset.table).join();
    const wanted = Array.from(fresh.querySelectorAll("figure.chart")).map(figure => figure.dataset.table).join();
    if (drawn !== wanted) {
      // Such as the first amount in a currency
      const figures = document.querySelector(".figures");
      const others = fresh.querySelector(".figures");
      if (figures && others) replace(figures, others);
      drawAll();
      return;
    }
    plots.filter(plot => plot.figure.dataset.kind !== "scatter")
      .forEach(plot => plot.chart.setData(columns(document.getElementById(plot.figure.dataset.table))));
  }

  function goLive(button) {
    const seconds = Number(button.dataset.seconds);
    const address = new URL(location.href);
    address.searchParams.set("part", "live");
    let timer = 0;
    let failures = 0;

    function isWanted() {
      return !document.hidden && button.getAttribute("aria-pressed") === "true";
    }

    async function ask() {
      try {
        const answer = await fetch(address, { credentials: "same-origin", cache: "no-store" });
        if (answer.status === 401) {
          location.reload();
          return;
        }
        if (!answer.ok) throw new Error("status " + answer.status);
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (isWanted()) take(fresh);
        failures = 0;
      } catch (error) {
        failures++;
      }
      button.title = failures > 0 ? "The server did not answer lately" : "";
      // The longer it is away, the less it is asked
      askIn(Math.min(60, seconds * (1 + failures)));
    }

    function askIn(pause) {
      clearTimeout(timer);
      if (isWanted()) timer = setTimeout(ask, 1000 * pause);
    }

    button.hidden = false;
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      askIn(0);
    });
    document.addEventListener("visibilitychange", () => askIn(0));
    askIn(seconds);
  }

  drawAll();
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth !== width) {
      width = window.innerWidth;
      resize();
    }
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  const button = document.getElementById("live");
  if (button) goLive(button);
})();
