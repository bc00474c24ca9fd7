package io.github.camelllm.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import io.github.camelllm.wire.Json;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaInstancesTest {
    private static final String COMPLAINT = """
            Classify this e-mail and extract its facts as JSON:

            From: anna.berg@example.org
            Dear team,
            I am very disappointed: my parcel with order A-20417 arrived broken on 14.03.2026.
            Please refund the 129,90 EUR to my account.
            Kind regards
            Anna Berg
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"integer\"}},\"required\":[\"a\",\"b\"],\"additionalProperties\":false}",
                "{\"type\":\"string\",\"minLength\":300,\"maxLength\":310}",
                "{\"type\":\"string\",\"maxLength\":3}",
                "{\"type\":\"string\",\"pattern\":\"^[A-Z]{2}-\\\\d{4}(-[a-f0-9]+)?$\"}",
                "{\"type\":\"string\",\"format\":\"email\"}",
                "{\"type\":\"string\",\"format\":\"uuid\"}",
                "{\"type\":\"string\",\"format\":\"date-time\"}",
                "{\"type\":\"string\",\"format\":\"date\"}",
                "{\"type\":\"string\",\"format\":\"time\"}",
                "{\"type\":\"string\",\"format\":\"duration\"}",
                "{\"type\":\"string\",\"format\":\"ipv4\"}",
                "{\"type\":\"string\",\"format\":\"ipv6\"}",
                "{\"type\":\"string\",\"format\":\"hostname\"}",
                "{\"type\":\"string\",\"format\":\"uri\"}",
                "{\"type\":\"integer\",\"minimum\":5,\"maximum\":5}",
                "{\"type\":\"integer\",\"exclusiveMinimum\":5,\"exclusiveMaximum\":7}",
                "{\"type\":\"integer\",\"multipleOf\":7,\"minimum\":100}",
                "{\"type\":\"number\",\"exclusiveMinimum\":0,\"exclusiveMaximum\":0.001}",
                "{\"type\":\"number\",\"multipleOf\":0.25,\"minimum\":-3,\"maximum\":-2}",
                "{\"type\":\"array\",\"items\":{\"type\":\"integer\"},\"minItems\":7,\"uniqueItems\":true}",
                "{\"type\":\"array\",\"items\":{\"enum\":[\"a\",\"b\",\"c\"]},\"minItems\":3,\"uniqueItems\":true}",
                "{\"type\":\"array\",\"prefixItems\":[{\"const\":1},{\"type\":\"string\"}],\"items\":false}",
                "{\"type\":\"array\",\"items\":{\"type\":\"number\"},\"contains\":{\"const\":42},\"maxItems\":2}",
                "{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"maxItems\":0}",
                "{\"type\":[\"string\",\"null\"]}",
                "{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"object\",\"properties\":{\"x\":{\"const\":true}},\"required\":[\"x\"]}]}",
                "{\"oneOf\":[{\"type\":\"string\",\"maxLength\":4},{\"type\":\"integer\"}]}",
                "{\"allOf\":[{\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"]},{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"boolean\"}},\"required\":[\"b\"]}]}",
                "{\"$ref\":\"#/$defs/node\",\"$defs\":{\"node\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},\"next\":{\"anyOf\":[{\"$ref\":\"#/$defs/node\"},{\"type\":\"null\"}]}},\"required\":[\"name\",\"next\"],\"additionalProperties\":false}}}",
                "{\"type\":\"object\",\"properties\":{\"children\":{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}}},\"required\":[\"children\"],\"additionalProperties\":false}",
                "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\"},\"minProperties\":3}",
                "{\"type\":\"object\",\"required\":[\"free\"]}",
                "{\"enum\":[null,1,\"x\",{\"y\":2}]}",
                "{\"const\":{\"deep\":[1,2,3]}}",
                "{}"
            })
    void instancesConformToTheirSchema(String schema) throws Exception {
        for (long seed = 0; seed < 40; seed++) {
            for (String text : new String[] {"", "hi", COMPLAINT}) {
                JsonNode instance = SchemaInstances.instance(Json.MAPPER.readTree(schema), text, seed);
                assertThat(errors(schema, instance)).as("%s", instance).isEmpty();
            }
        }
    }

    @Property(tries = 300)
    void instancesOfNestedSchemasConform(@ForAll("schemas") String schema, @ForAll long seed) throws Exception {
        JsonNode instance = SchemaInstances.instance(Json.MAPPER.readTree(schema), COMPLAINT, seed);
        assertThat(errors(schema, instance)).as("%s", instance).isEmpty();
    }

    @Provide
    Arbitrary<String> schemas() {
        Arbitrary<String> names = Arbitraries.of("name", "email", "amount", "tags", "status", "note", "due_date", "id");
        Arbitrary<String> leaves = Arbitraries.oneOf(
                Arbitraries.of(
                        "{\"type\":\"boolean\"}",
                        "{\"type\":\"string\"}",
                        "{\"type\":[\"string\",\"null\"]}",
                        "{\"type\":\"string\",\"format\":\"date\"}",
                        "{\"enum\":[\"open\",\"closed\"]}"),
                Combinators.combine(
                                Arbitraries.integers().between(-500, 500),
                                Arbitraries.integers().between(0, 50))
                        .as((least, width) ->
                                "{\"type\":\"number\",\"minimum\":" + least + ",\"maximum\":" + (least + width) + "}"),
                Combinators.combine(
                                Arbitraries.integers().between(0, 30),
                                Arbitraries.integers().between(0, 40))
                        .as((least, width) -> "{\"type\":\"string\",\"minLength\":" + least + ",\"maxLength\":"
                                + (least + width) + "}"));
        Arbitrary<String> schemas = leaves;
        for (int depth = 0; depth < 4; depth++) {
            Arbitrary<String> inner = schemas;
            Arbitrary<String> arrays = Combinators.combine(
                            inner, Arbitraries.integers().between(0, 4))
                    .as((items, least) -> "{\"type\":\"array\",\"items\":" + items + ",\"minItems\":" + least + "}");
            Arbitrary<String> objects = Combinators.combine(names, inner, inner)
                    .as((name, one, other) -> "{\"type\":\"object\",\"properties\":{\"" + name + "\":" + one
                            + ",\"other\":" + other + "},\"required\":[\"" + name
                            + "\",\"other\"],\"additionalProperties\":false}");
            schemas = Arbitraries.oneOf(leaves, arrays, objects);
        }
        return schemas;
    }

    @Test
    void takesItsValuesFromTheText() throws Exception {
        String schema = """
                {"type":"object","properties":{
                  "category":{"type":"string","enum":["question","complaint","praise"]},
                  "sentiment":{"type":"string","enum":["positive","neutral","negative"]},
                  "summary":{"type":"string","maxLength":60},
                  "customerEmail":{"type":"string","format":"email"},
                  "customerName":{"type":"string"},
                  "orderNumber":{"type":"string"},
                  "refundAmount":{"type":"number"},
                  "currency":{"type":"string"},
                  "date":{"type":"string","format":"date"},
                  "phone":{"type":["string","null"]},
                  "confidence":{"type":"number","minimum":0,"maximum":1}}}
                """;
        JsonNode instance = SchemaInstances.instance(Json.MAPPER.readTree(schema), COMPLAINT, 1);
        assertThat(instance.get("category").asText()).isEqualTo("complaint");
        assertThat(instance.get("sentiment").asText()).isEqualTo("negative");
        assertThat(instance.get("summary").asText())
                .startsWith("I am very disappointed")
                .hasSizeLessThanOrEqualTo(60);
        assertThat(instance.get("customerEmail").asText()).isEqualTo("anna.berg@example.org");
        assertThat(instance.get("customerName").asText()).isEqualTo("Anna Berg");
        assertThat(instance.get("orderNumber").asText()).isEqualTo("A-20417");
        assertThat(instance.get("refundAmount").decimalValue()).isEqualByComparingTo("129.90");
        assertThat(instance.get("currency").asText()).isEqualTo("EUR");
        assertThat(instance.get("date").asText()).isEqualTo("2026-03-14");
        assertThat(instance.get("phone").isNull()).isTrue();
        assertThat(instance.get("confidence").asDouble()).isBetween(0.5, 1.0);
    }

    @Test
    void givesTheSameInstanceForTheSameTextAndSeed() throws Exception {
        JsonNode schema = Json.MAPPER.readTree("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"number\"}}}");
        assertThat(SchemaInstances.instance(schema, "x", 7)).isEqualTo(SchemaInstances.instance(schema, "x", 7));
    }

    @Test
    void refusesSchemasWithoutAnInstance() throws Exception {
        JsonNode endless = Json.MAPPER.readTree(
                "{\"type\":\"object\",\"properties\":{\"self\":{\"$ref\":\"#\"}},\"required\":[\"self\"]}");
        assertThatThrownBy(() -> SchemaInstances.instance(endless, "", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("levels");
        JsonNode circle = Json.MAPPER.readTree("{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/a\"}}}");
        assertThatThrownBy(() -> SchemaInstances.instance(circle, "", 0)).isInstanceOf(IllegalArgumentException.class);
        JsonNode dangling = Json.MAPPER.readTree("{\"$ref\":\"#/$defs/none\"}");
        assertThatThrownBy(() -> SchemaInstances.instance(dangling, "", 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Set<?> errors(String schema, JsonNode instance) {
        SchemaValidatorsConfig config =
                SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(schema, config)
                .validate(instance);
    }
}
