package io.github.camelllm.routes.splitting;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.WrappedFile;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.RandomAccessRead;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.io.RandomAccessReadBufferedFile;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.text.PDFTextStripper;

/**
 * The text of a PDF file, page by page as it is read; each page ends with a blank line. A file on disk is read where it
 * is, any other body is held in memory, at most {@value #MAX_BYTES} bytes. Pictures of text are not read.
 */
final class PdfText extends Reader {
    private static final int MAX_BYTES = 64 << 20;

    private final PDDocument document;
    private final PDFTextStripper stripper;
    private int page;
    private Reader text = new StringReader("");

    private PdfText(PDDocument document) {
        this.document = document;
        stripper = new PDFTextStripper();
    }

    static PdfText open(Exchange exchange) throws InvalidPayloadException, IOException {
        try {
            return new PdfText(Loader.loadPDF(source(exchange)));
        } catch (InvalidPasswordException e) {
            throw new IllegalArgumentException("the PDF file is encrypted with a password", e);
        }
    }

    private static RandomAccessRead source(Exchange exchange) throws InvalidPayloadException, IOException {
        Object body = exchange.getMessage().getBody();
        Object file = body instanceof WrappedFile<?> wrapped ? wrapped.getFile() : body;
        if (file instanceof java.io.File onDisk) {
            return new RandomAccessReadBufferedFile(onDisk);
        }
        if (file instanceof Path onDisk) {
            return new RandomAccessReadBufferedFile(onDisk.toFile());
        }
        try (InputStream in = exchange.getMessage().getMandatoryBody(InputStream.class)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IllegalArgumentException("a PDF that is no file has at most " + MAX_BYTES + " bytes");
            }
            return new RandomAccessReadBuffer(bytes);
        }
    }

    @Override
    public int read(char[] chars, int offset, int length) throws IOException {
        int read = text.read(chars, offset, length);
        while (read <= 0 && length > 0 && page < document.getNumberOfPages()) {
            page++;
            stripper.setStartPage(page);
            stripper.setEndPage(page);
            text = new StringReader(stripper.getText(document) + "\n\n");
            read = text.read(chars, offset, length);
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        document.close();
    }
}
