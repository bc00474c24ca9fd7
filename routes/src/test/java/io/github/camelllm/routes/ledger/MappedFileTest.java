package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
    private static final int ROOM = 100_000;

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void choosePath() {
        path = folder.resolve("segment");
    }

    @Test
    void takesItsRoomAtOnceAndCutsOffAtTheEndWhatItDidNotUse() throws IOException {
        try (MappedFile file = MappedFile.create(path, ROOM)) {
            file.write(new byte[] {1, 2, 3}, 3);
            file.write(new byte[] {4, 5, 6}, 2);

            assertThat(Files.readAllBytes(path)).isEqualTo(Arrays.copyOf(new byte[] {1, 2, 3, 4, 5}, ROOM));
        }
        assertThat(path).hasBinaryContent(new byte[] {1, 2, 3, 4, 5});
    }

    @Test
    void takesBackWhatWasWritten() throws IOException {
        byte[] much = new byte[ROOM];
        Arrays.fill(much, (byte) 7);
        try (MappedFile file = MappedFile.create(path, ROOM)) {
            file.write(much, ROOM);
            file.truncate(1);
            assertThat(Files.readAllBytes(path)).isEqualTo(Arrays.copyOf(new byte[] {7}, ROOM));
            file.write(new byte[] {8}, 1);
        }
        assertThat(path).hasBinaryContent(new byte[] {7, 8});
    }

    @Test
    void doesNotTakeMoreThanItsRoom() throws IOException {
        try (MappedFile file = MappedFile.create(path, 4)) {
            file.write(new byte[3], 3);
            assertThatThrownBy(() -> file.write(new byte[2], 2))
                    .isInstanceOf(IOException.class)
                    .hasMessage("expected at most 1 bytes, got 2");
            file.write(new byte[] {9}, 1);
        }
        assertThat(path).hasBinaryContent(new byte[] {0, 0, 0, 9});
    }

    @Test
    void isMadeByAThreadThatWasInterrupted() throws IOException {
        Thread.currentThread().interrupt();
        try (MappedFile file = MappedFile.create(path, ROOM)) {
            assertThat(Thread.interrupted()).isTrue();
            file.write(new byte[] {1}, 1);
            file.sync();
        }
        assertThat(path).hasBinaryContent(new byte[] {1});
    }

    @Test
    void saysSoAfterItsEnd() throws IOException {
        MappedFile file = MappedFile.create(path, ROOM);
        file.close();
        file.close();

        assertThatThrownBy(() -> file.write(new byte[1], 1)).hasMessage("the file is closed");
        assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
    }

    @Test
    void leavesNothingWhereItCannotBeMade() {
        assertThatThrownBy(() -> MappedFile.create(folder.resolve("none/segment"), ROOM))
                .isInstanceOf(IOException.class);
        assertThat(folder).isEmptyDirectory();
    }
}
