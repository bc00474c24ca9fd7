package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.routes.ledger.JournalRecord.Reserved;
import io.github.camelllm.routes.ledger.JournalRecord.Settled;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalReaderTest {
    @TempDir
    private Path folder;

    private final List<String> troubles = new ArrayList<>();

    @Test
    void readsWhatEarlierProcessesWroteInItsOrder() throws IOException {
        List<JournalRecord> written = write(1, settled(50));
        written.addAll(write(2, settled(50)));

        assertThat(readAll()).isEqualTo(written);
        assertThat(troubles).isEmpty();
    }

    @Test
    void cutsARecordThatTheEndOfAProcessTore() throws IOException {
        List<JournalRecord> written = write(1, settled(3));
        for (int cut = 1; cut < 40; cut += 3) {
            Path file = segments().get(0);
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length - cut));

            assertThat(readAll()).isEqualTo(written.subList(0, 2));
            assertThat(troubles).isEmpty();
            Files.write(file, bytes);
        }
    }

    @Test
    void cutsZerosThatAPowerCutLeft() throws IOException {
        List<JournalRecord> written = write(1, settled(3));
        Files.write(segments().get(0), new byte[5000], StandardOpenOption.APPEND);

        assertThat(readAll()).isEqualTo(written);
        assertThat(troubles).isEmpty();
    }

    @Test
    void cutsRoomThatSegmentsDidNotUse() throws IOException {
        List<JournalRecord> written = write(1, settled(3));
        Files.write(segments().get(0), new byte[300_000], StandardOpenOption.APPEND);
        written.addAll(write(2, settled(3)));

        assertThat(readAll()).isEqualTo(written);
        assertThat(troubles).isEmpty();
    }

    @Test
    void reportsDamageInTheMiddleAndReadsOnBehindIt() throws IOException {
        List<JournalRecord> written = write(1, settled(20));
        try (RandomAccessFile file = new RandomAccessFile(segments().get(0).toFile(), "rw")) {
            file.seek(Frames.MAGIC.length + Frames.frame(written.get(0)).length() + 30);
            file.write(new byte[] {1, 2, 3, 4, 5});
        }
        List<JournalRecord> expected = new ArrayList<>(written);
        expected.remove(1);

        assertThat(readAll()).isEqualTo(expected);
        assertThat(troubles).containsExactly("damaged");
    }

    @Test
    void cutsARecordThatTheEndOfEachOfSeveralProcessesTore() throws IOException {
        List<JournalRecord> expected = new ArrayList<>();
        for (long process = 1; process <= 21; process += 10) {
            expected.addAll(write(process, settled(3)).subList(0, 2));
            tear(segments().get(segments().size() - 1));
        }

        assertThat(readAll()).isEqualTo(expected);
        assertThat(troubles).isEmpty();
    }

    @Test
    void reportsATornEndInASegmentBehindWhichItsProcessWentOn() throws IOException {
        List<JournalRecord> expected = new ArrayList<>(write(1, settled(3)).subList(0, 2));
        tear(segments().get(0));
        expected.addAll(write(2, settled(3)));

        assertThat(readAll()).isEqualTo(expected);
        assertThat(troubles).containsExactly("damaged");
    }

    private static void tear(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        Files.write(segment, Arrays.copyOf(bytes, bytes.length - 5));
    }

    @Test
    void keepsADamagedSegmentAndDeletesTheOthers() throws IOException {
        write(1, settled(3));
        write(2, settled(3));
        byte[] bytes = Files.readAllBytes(segments().get(0));
        bytes[40] ^= 1;
        Files.write(segments().get(0), bytes);
        readAll();

        assertThat(segments()).isEmpty();
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> name.endsWith(".damaged"))
                    .hasSize(1);
        }
    }

    @Test
    void endsWhatEarlierProcessesBeganAndDidNotEnd() throws IOException {
        Reserved open = reserved();
        Reserved ended = reserved();
        Settled end = new Settled(ended.interrupted().row(), ended.most(), ended.at(), List.of());
        write(1, List.of(open, ended));
        write(2, List.of(end));

        List<JournalRecord> read = readAll();

        assertThat(read).startsWith(open, ended, end).hasSize(4);
        assertThat(read.get(3)).isInstanceOfSatisfying(Settled.class, value -> {
            assertThat(value.id()).isEqualTo(open.id());
            assertThat(value.row().outcome()).isEqualTo(CallOutcome.INTERRUPTED);
            assertThat(value.charges()).singleElement().satisfies(charge -> assertThat(charge.chargedNanos())
                    .isEqualTo(Attempts.HOLD.nanos()));
        });
        assertThat(segments()).isEmpty();
    }

    @Test
    void keepsASegmentWhileAnAttemptThatBeganInItGoesOn() throws IOException {
        Reserved open = reserved();
        try (JournalFolder own = JournalFolder.open(folder);
                Journal journal = new Journal(own, JournalFiles.OF_SYSTEM, settings("1"), 1)) {
            JournalReader reader = reader(journal);
            journal.append(Frames.frame(open));
            for (JournalRecord value : settled(2000)) {
                journal.append(Frames.frame(value));
            }
            while (!reader.next(100).isEmpty()) {
                reader.cleanUp();
            }
            reader.cleanUp();
            List<Segment> left = journal.segments();
            assertThat(left).hasSize(2);
            assertThat(left.get(0).number()).isEqualTo(1);

            journal.append(Frames.frame(open.interrupted()));
            assertThat(reader.next(100)).hasSize(1);
            reader.cleanUp();
            assertThat(journal.segments()).hasSize(1);
            assertThat(journal.bytesOnDisk())
                    .isEqualTo(journal.segments().get(0).length());
        }
    }

    private static LedgerSettings settings(String mebibytes) {
        return LedgerSettings.of(
                Map.of("maxJournalBytes", String.valueOf(Long.parseLong(mebibytes) << 20), "journal", "unused"), true);
    }

    private List<JournalRecord> write(long number, List<JournalRecord> records) throws IOException {
        try (JournalFolder own = JournalFolder.open(folder);
                Journal journal = new Journal(own, JournalFiles.OF_SYSTEM, settings("100"), number)) {
            for (JournalRecord value : records) {
                journal.append(Frames.frame(value));
            }
        }
        return new ArrayList<>(records);
    }

    private List<JournalRecord> readAll() throws IOException {
        troubles.clear();
        List<JournalRecord> all = new ArrayList<>();
        boolean keep = segments().size() == 1;
        try (JournalFolder own = JournalFolder.open(folder);
                Journal journal = new Journal(own, JournalFiles.OF_SYSTEM, settings("100"), 100)) {
            JournalReader reader = reader(journal);
            List<JournalRecord> some = reader.next(7);
            while (!some.isEmpty()) {
                all.addAll(some);
                some = reader.next(7);
            }
            assertThat(reader.earlierDone()).isTrue();
            if (!keep) {
                reader.cleanUp();
            }
        }
        return all;
    }

    private JournalReader reader(Journal journal) {
        return new JournalReader(journal, new JournalReader.Troubles() {
            @Override
            public void damaged(Segment segment, long from, long bytes) {
                troubles.add("damaged");
            }

            @Override
            public void notUnderstood(byte[] frame, MalformedRecordException why) {
                troubles.add("not understood");
            }
        });
    }

    private List<Path> segments() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> Segment.numberOf(file).isPresent())
                    .sorted()
                    .toList();
        }
    }

    private static List<JournalRecord> settled(int count) {
        Random random = new Random(count);
        List<JournalRecord> all = new ArrayList<>();
        while (all.size() < count) {
            JournalRecord value = RecordCodecTest.any(random);
            if (!(value instanceof Reserved)) {
                all.add(value);
            }
        }
        return all;
    }

    private static Reserved reserved() {
        return Reserved.of(Attempts.attempt(), Optional.of(new Amount(12_300_000, "USD")), List.of(Attempts.HOLD));
    }
}
