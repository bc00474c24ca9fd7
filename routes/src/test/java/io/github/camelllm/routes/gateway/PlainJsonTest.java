package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.camelllm.wire.Json;
import java.nio.charset.CharacterCodingException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainJsonTest {
    @ParameterizedTest
    @CsvSource({
        "{\"a\" : 1.50e0},               {\"a\" : 1.50e0}",
        "\"\\u0063\\u006Fnfidential\",   \"confidential\"",
        "{\"\\u0061\":\"b\\/c\"},        {\"a\":\"b/c\"}",
        "\"\\u0022\\u005c\\u000A\\u001f\", \"\\\"\\\\\\n\\u001F\"",
        "\"\\\\u0063\",                  \"\\\\u0063\"",
        "\"\\n\\\"\\\\\\/\",             \"\\n\\\"\\\\/\"",
        "\"\\ud83d\\ude00\",             \"😀\"",
        "\"\\u00zz\",                    \"\\u00zz\"",
        "\"\\u00,                        \"\\u00",
        "\\,                             \\"
    })
    void resolvesEscapesOfWhatCanStandAsItself(String json, String plain) {
        assertThat(PlainJson.of(json)).isEqualTo(plain);
    }

    @Property
    void changesNothingOfWhatIsSaid(@ForAll String text) throws JsonProcessingException {
        StringBuilder escaped = new StringBuilder("\"");
        text.chars().forEach(c -> escaped.append(String.format("\\u%04x", c)));
        String plain = PlainJson.of(escaped.append('"').toString());
        assertThat(Json.MAPPER.readTree(plain).textValue()).isEqualTo(text);
        assertThat(plain).isEqualTo(Json.MAPPER.writeValueAsString(text));
    }

    @Test
    void refusesBytesThatReadersReadDifferently() {
        assertThatThrownBy(() -> PlainJson.of(new byte[] {'"', (byte) 0xC1, (byte) 0xA3, '"'}))
                .isInstanceOf(CharacterCodingException.class);
    }
}
