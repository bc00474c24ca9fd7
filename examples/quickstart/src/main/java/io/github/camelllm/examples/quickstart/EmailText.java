package io.github.camelllm.examples.quickstart;

import jakarta.mail.Address;
import jakarta.mail.BodyPart;
import jakarta.mail.Header;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UnsupportedEncodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a person would read of an e-mail file: who, when, subject, text, and text attachments; others by name. */
final class EmailText {
    private static final Session SESSION = Session.getInstance(new Properties());
    private static final int MAX_DEPTH = 10;

    private final StringBuilder text = new StringBuilder();
    private final List<String> attachments = new ArrayList<>();
    private boolean hasContent;

    private EmailText() {}

    /** @throws UnreadableDocumentException if the bytes are no e-mail, or its encoding is broken */
    static String of(byte[] bytes) throws UnreadableDocumentException {
        try {
            MimeMessage message = new MimeMessage(SESSION, new ByteArrayInputStream(bytes));
            requireEmail(message);
            EmailText email = new EmailText();
            email.addHeaders(message);
            email.add(message, 0);
            if (!email.hasContent && email.attachments.isEmpty() && message.getSubject() == null) {
                throw new UnreadableDocumentException("the e-mail has neither subject nor text");
            }
            return email.toString();
        } catch (MessagingException | IOException e) {
            throw new UnreadableDocumentException("broken e-mail: " + firstLine(e), e);
        }
    }

    /** A reader of mail takes any bytes for a message; one without sender, date and receiver is none. */
    private static void requireEmail(MimeMessage message) throws MessagingException, UnreadableDocumentException {
        if (message.getHeader("From") == null && message.getHeader("To") == null && message.getHeader("Date") == null) {
            List<Header> headers = Collections.list(message.getAllHeaders());
            throw new UnreadableDocumentException(
                    "no e-mail: none of its " + headers.size() + " header lines is From, To or Date");
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage())
                .lines()
                .findFirst()
                .orElse(e.getClass().getSimpleName());
    }

    private void addHeaders(MimeMessage message) throws MessagingException {
        header("From", addresses(message.getFrom()));
        header("To", addresses(message.getRecipients(Message.RecipientType.TO)));
        header("Cc", addresses(message.getRecipients(Message.RecipientType.CC)));
        header("Date", message.getHeader("Date", null));
        header("Subject", message.getSubject());
        text.append('\n');
    }

    private void header(String name, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            text.append(name)
                    .append(": ")
                    .append(value.replaceAll("\\s+", " ").strip())
                    .append('\n');
        }
    }

    private static @Nullable String addresses(Address @Nullable [] addresses) {
        return addresses == null
                ? null
                : Arrays.stream(addresses).map(EmailText::readable).collect(Collectors.joining(", "));
    }

    private static String readable(Address address) {
        return address instanceof InternetAddress internet ? internet.toUnicodeString() : address.toString();
    }

    private void add(Part part, int depth) throws MessagingException, IOException, UnreadableDocumentException {
        if (depth > MAX_DEPTH) {
            throw new UnreadableDocumentException("broken e-mail: more than " + MAX_DEPTH + " levels of parts");
        }
        String name = part.getFileName();
        if (part.isMimeType("multipart/alternative")) {
            addBest((Multipart) part.getContent(), depth);
        } else if (part.isMimeType("multipart/*")) {
            Multipart parts = (Multipart) part.getContent();
            for (int i = 0; i < parts.getCount(); i++) {
                add(parts.getBodyPart(i), depth + 1);
            }
        } else if (part.isMimeType("message/rfc822") && part.getContent() instanceof Message forwarded) {
            text.append("\n[Forwarded message]\n");
            addHeaders((MimeMessage) forwarded);
            add(forwarded, depth + 1);
        } else if (isText(part, name)) {
            String content = text(part);
            if (name != null) {
                text.append("\n[Attachment ").append(name).append("]\n");
            }
            text.append(part.isMimeType("text/html") ? withoutTags(content) : content.strip())
                    .append('\n');
            hasContent |= !content.isBlank();
        } else {
            attachments.add(name == null ? part.getContentType() : name);
        }
    }

    /** Of the same text in several forms, the plain one if there is one. */
    private void addBest(Multipart alternatives, int depth)
            throws MessagingException, IOException, UnreadableDocumentException {
        for (int i = 0; i < alternatives.getCount(); i++) {
            BodyPart part = alternatives.getBodyPart(i);
            if (part.isMimeType("text/plain") || i == alternatives.getCount() - 1) {
                add(part, depth + 1);
                return;
            }
        }
    }

    private static boolean isText(Part part, @Nullable String name) throws MessagingException {
        String lowerCaseName = name == null ? "" : name.toLowerCase(Locale.ROOT);
        return part.isMimeType("text/*") || lowerCaseName.matches(".*\\.(txt|csv|md|json|xml)");
    }

    private static String text(Part part) throws MessagingException, IOException, UnreadableDocumentException {
        byte[] bytes;
        try (InputStream content = part.getInputStream()) {
            bytes = content.readAllBytes();
        }
        String charset = new ContentType(part.getContentType()).getParameter("charset");
        if (charset == null) {
            return TextDecoder.decode(bytes);
        }
        try {
            return new String(bytes, MimeUtility.javaCharset(charset));
        } catch (UnsupportedEncodingException e) {
            throw new UnreadableDocumentException("broken e-mail: there is no character set '" + charset + "'", e);
        }
    }

    private static String withoutTags(String html) {
        return html.replaceAll("(?is)<(script|style)\\b.*?</\\1>", " ")
                .replaceAll("(?i)<(br|/p|/div|/tr|/li|/h\\d)\\b[^>]*>", "\n")
                .replaceAll("<[^>]{0,2000}>", " ")
                .replace("&nbsp;", " ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&")
                .replaceAll("[ \\t]+", " ")
                .replaceAll("\\s*\\n\\s*", "\n")
                .strip();
    }

    @Override
    public String toString() {
        return attachments.isEmpty()
                ? text.toString()
                : text + "\nFurther attachments: " + String.join(", ", attachments) + "\n";
    }
}
