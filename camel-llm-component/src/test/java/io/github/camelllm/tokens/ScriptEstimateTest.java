package io.github.camelllm.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptEstimateTest {
    private static final TokenCounter COUNTER = TokenCounter.create();

    @ParameterizedTest
    @CsvSource({
        "a, 1000, 250",
        "' a', 500, 250",
        "é, 1000, 250",
        "ж, 1000, 313",
        "क, 1000, 313",
        "ع, 1000, 334",
        "ש, 1000, 334",
        "λ, 1000, 455",
        "ก, 1000, 455",
        "한, 1000, 625",
        "7, 24, 12",
        "., 1000, 500",
        "€, 1000, 500",
        "漢, 1000, 834",
        "か, 1000, 834",
        "Ａ, 1000, 834",
        "𠀀, 1000, 834",
        "😀, 1000, 2000",
        "☃, 1000, 2000",
    })
    void dividesCharactersByTheRatioOfTheirScript(String unit, int times, long tokens) {
        String text = unit.equals("a") ? "a   ".repeat(times / 4) : unit.repeat(times);
        assertThat(ScriptEstimate.tokens(text, ModelFamily.OPENAI)).isEqualTo(tokens);
    }

    @Test
    void roundsEachTextUp() {
        assertThat(ScriptEstimate.tokens("", ModelFamily.CLAUDE)).isZero();
        assertThat(ScriptEstimate.tokens("a", ModelFamily.GEMINI)).isEqualTo(1);
        assertThat(ScriptEstimate.tokens("abcd", ModelFamily.GEMINI)).isEqualTo(1);
        assertThat(ScriptEstimate.tokens("abcde", ModelFamily.GEMINI)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI,        100, 100, 100",
        "GEMINI,        100, 100, 100",
        "OPENAI_CL100K, 100, 160, 160",
        "CLAUDE,        115, 115, 115",
        "CLAUDE_NEW,    150, 150, 150",
        "LLAMA,         110, 110, 110",
        "QWEN,          110, 110,  80",
        "DEEPSEEK,      110, 110,  80",
        "OTHER,         110, 110, 110",
    })
    void multipliesByTheFamilysFactor(ModelFamily family, double latin, double cyrillic, double han) {
        assertThat((double) ScriptEstimate.tokens("abc ".repeat(100), family)).isCloseTo(latin, within(1.0));
        assertThat((double) ScriptEstimate.tokens("ж".repeat(320), family)).isCloseTo(cyrillic, within(1.0));
        assertThat((double) ScriptEstimate.tokens("漢".repeat(120), family)).isCloseTo(han, within(1.0));
    }

    /**
     * Characters per token of short news-like texts, against the table of measurements that the ratios rest on
     * (±25 %: other texts than those measured), and the estimate, against the tokenizer.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5.07 | 5.07 | The city council voted on Tuesday to rebuild the old harbour bridge after engineers found deep"
                        + " cracks in two of its main pillars, a decision that will close the road for most of the summer.",
                "4.20 | 3.66 | Der Stadtrat beschloss am Dienstag, die alte Hafenbrücke neu zu bauen, nachdem Ingenieure tiefe"
                        + " Risse in zwei ihrer Pfeiler gefunden hatten; die Straße bleibt den Sommer über gesperrt.",
                "4.80 | 3.64 | Le conseil municipal a décidé mardi de reconstruire le vieux pont du port après que des"
                        + " ingénieurs ont découvert de profondes fissures dans deux de ses piliers principaux.",
                "4.78 | 3.71 | El ayuntamiento decidió el martes reconstruir el viejo puente del puerto después de que los"
                        + " ingenieros encontraran grietas profundas en dos de sus pilares principales.",
                "2.98 | 2.63 | Rada miasta zdecydowała we wtorek o odbudowie starego mostu portowego, gdy inżynierowie znaleźli"
                        + " głębokie pęknięcia w dwóch jego głównych filarach.",
                "3.63 | 2.13 | Городской совет во вторник решил восстановить старый портовый мост после того, как инженеры"
                        + " обнаружили глубокие трещины в двух его главных опорах.",
                "3.50 | 1.42 | قرر مجلس المدينة يوم الثلاثاء إعادة بناء جسر الميناء القديم بعد أن وجد المهندسون شقوقا عميقة في"
                        + " اثنين من أعمدته الرئيسية",
                "1.75 | 0.94 | 시의회는 화요일에 기술자들이 두 개의 주요 기둥에서 깊은 균열을 발견한 후 오래된 항구 다리를 재건하기로 결정했다",
                "1.34 | 0.83 | 市议会周二决定重建旧港口大桥，此前工程师在两根主要桥墩上发现了深深的裂缝，这条道路夏天大部分时间将关闭。",
                "1.12 | 0.88 | 市議会は火曜日、技術者が二本の主要な橋脚に深い亀裂を見つけたことを受けて、古い港の橋を建て直すことを決めた。",
            })
    void agreesWithMeasurements(double o200k, double cl100k, String text) {
        double characters = text.codePointCount(0, text.length());
        double exact = COUNTER.count("gpt-4o", text).tokens();
        assertThat(characters / exact).isCloseTo(o200k, within(o200k * 0.25));
        assertThat(characters / COUNTER.count("gpt-4", text).tokens()).isCloseTo(cl100k, within(cl100k * 0.25));
        assertThat(ScriptEstimate.tokens(text, ModelFamily.OPENAI) / exact).isBetween(0.75, 1.5);
        assertThat((double) ScriptEstimate.tokens(text, ModelFamily.OPENAI_CL100K)
                        / COUNTER.count("gpt-4", text).tokens())
                .isBetween(0.65, 1.6);
    }

    @Test
    void codeAndJsonAreCloseToTheTokenizer() {
        String json = "{\"id\":4711,\"name\":\"Harbour bridge\",\"open\":false,\"pillars\":[{\"no\":1,\"cracks\":2},"
                + "{\"no\":2,\"cracks\":0}],\"closed_until\":\"2026-09-01\"}";
        String java = "for (int i = 0; i < pillars.size(); i++) {\n    if (pillars.get(i).cracks() > limit) {\n"
                + "        closed.add(pillars.get(i));\n    }\n}\n";
        for (String text : new String[] {json, java}) {
            assertThat((double) ScriptEstimate.tokens(text, ModelFamily.OPENAI)
                            / COUNTER.count("gpt-4o", text).tokens())
                    .isBetween(0.75, 1.5);
        }
    }

    @Test
    void encodedBytesAreNotTakenForWords() {
        byte[] bytes = new byte[3_000];
        new Random(7).nextBytes(bytes);
        String base64 = Base64.getUrlEncoder().encodeToString(bytes);
        assertThat((double) ScriptEstimate.tokens(base64, ModelFamily.OPENAI)
                        / COUNTER.count("gpt-4o", base64).tokens())
                .isBetween(0.7, 1.3);
    }
}
