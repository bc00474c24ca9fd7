package io.github.camelllm.routes.splitting;

import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.language.xtokenizer.XMLTokenExpressionIterator;
import org.apache.camel.support.ExpressionAdapter;
import org.apache.camel.util.IOHelper;
import org.jspecify.annotations.Nullable;

/**
 * Reads the elements of an XML file that are at a path, each as the text of that element with the namespaces that it needs,
 * by Camel's {@code xtokenize} (camel-stax). XML that is not well-formed cannot be read further and ends in an
 * {@link IllegalArgumentException}. Not thread-safe.
 */
final class XmlRecords extends RecordReader {
    private final Iterator<?> elements;
    private final int maxRecordChars;
    private long number;

    /** @param element path of the elements, such as {@code //order} */
    XmlRecords(Exchange exchange, String element, int maxRecordChars) {
        this.maxRecordChars = maxRecordChars;
        XMLTokenExpressionIterator expression = new XMLTokenExpressionIterator(new Body(), element, 'i');
        expression.setNamespaces(Map.of());
        expression.init(exchange.getContext());
        elements = (Iterator<?>) expression.evaluate(exchange);
    }

    @Override
    @Nullable
    SplitRecord read() {
        String text;
        try {
            if (!elements.hasNext()) {
                return null;
            }
            text = elements.next().toString();
        } catch (RuntimeException e) {
            throw notWellFormed(e);
        }
        number++;
        return text.length() > maxRecordChars
                ? SplitRecord.bad(
                        number, 0, text.substring(0, maxRecordChars), "longer than " + maxRecordChars + " characters")
                : SplitRecord.of(number, 0, text);
    }

    private IllegalArgumentException notWellFormed(RuntimeException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String place = cause instanceof javax.xml.stream.XMLStreamException xml && xml.getLocation() != null
                ? " at line " + xml.getLocation().getLineNumber() + ", column "
                        + xml.getLocation().getColumnNumber()
                : "";
        return new IllegalArgumentException("after record " + number + ": the XML is not well-formed" + place);
    }

    @Override
    public void close() throws IOException {
        IOHelper.closeIterator(elements);
    }

    private static final class Body extends ExpressionAdapter {
        @Override
        public Object evaluate(Exchange exchange) {
            return exchange.getMessage().getBody(java.io.InputStream.class);
        }
    }
}
