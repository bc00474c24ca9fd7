package io.github.camelllm.routes.queues;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads which folder of a list a model has named. */
public final class Folders {
    private Folders() {}

    /**
     * The folder that the answer names, whatever its case, its dots and its quotation marks; so a model cannot name a folder
     * that is not in the list.
     *
     * @param folders separated by commas
     * @param otherwise if the answer is none of them
     */
    public static String choose(@Nullable String answer, String folders, String otherwise) {
        String named = plain(answer == null ? "" : answer);
        for (String folder : folders.split(",")) {
            if (plain(folder).equals(named)) {
                return folder.strip();
            }
        }
        return otherwise;
    }

    private static String plain(String name) {
        return name.strip()
                .replaceAll("^[\\p{Punct}\\s]+|[\\p{Punct}\\s]+$", "")
                .toLowerCase(Locale.ROOT);
    }
}
