package io.github.camelllm.wire.gemini;

import static io.github.camelllm.wire.gemini.GeminiCases.json;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiSchemaTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'type':'string','format':'date','minLength':1} | {'type':'STRING','format':'date','minLength':1}",
                "{'type':['integer','null'],'minimum':0} | {'type':'INTEGER','nullable':true,'minimum':0}",
                "{'type':'object','properties':{'b':{'type':'number'},'a':{'type':'boolean'}},'required':['a'],'additionalProperties':false,'$schema':'x'}"
                        + " | {'type':'OBJECT','properties':{'b':{'type':'NUMBER'},'a':{'type':'BOOLEAN'}},'required':['a'],'propertyOrdering':['b','a']}",
                "{'type':'array','items':{'enum':['x','y']},'maxItems':3} | {'type':'ARRAY','items':{'enum':['x','y'],'type':'STRING'},'maxItems':3}",
                "{'const':'only'} | {'enum':['only'],'type':'STRING'}",
                "{'anyOf':[{'type':'string'},{'type':'null'}],'description':'d'} | {'type':'STRING','nullable':true,'description':'d'}",
                "{'oneOf':[{'type':'string'},{'type':'integer'}]} | {'anyOf':[{'type':'STRING'},{'type':'INTEGER'}]}",
                "{'type':['string','integer'],'description':'d'} | {'description':'d','anyOf':[{'type':'STRING'},{'type':'INTEGER'}]}",
                "{'$defs':{'c':{'type':'string','description':'old'}},'type':'object','properties':{'x':{'$ref':'#/$defs/c','description':'new'}}}"
                        + " | {'type':'OBJECT','properties':{'x':{'type':'STRING','description':'new'}}}",
                "{'allOf':[{'type':'string'}],'title':'t'} | {'type':'STRING','title':'t'}",
                "{'type':'array','items':true} | {'type':'ARRAY','items':{}}"
            })
    void saysAJsonSchemaInTheSubset(String schema, String expected) {
        assertThat(GeminiSchema.jsonSchemaToOpenApi(json(schema).toString()).map(text -> json(text)))
                .contains(json(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'$ref':'#'}",
                "{'$ref':'https://elsewhere.example/schema'}",
                "{'$ref':'#/$defs/missing'}",
                "{'$defs':{'n':{'$ref':'#/$defs/n'}},'$ref':'#/$defs/n'}",
                "{'$defs':{'n':{'type':'object','properties':{'l':{'$ref':'#/$defs/n'},'r':{'$ref':'#/$defs/n'}}}},'$ref':'#/$defs/n'}",
                "{'allOf':[{'type':'string'},{'minLength':1}]}",
                "{'not':{'type':'string'}}",
                "{'type':'array','items':false}"
            })
    void tellsThatTheSubsetCannotSayIt(String schema) {
        assertThat(GeminiSchema.jsonSchemaToOpenApi(json(schema).toString())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'type':'STRING'} | {'type':'string'}",
                "{'type':'OBJECT','nullable':true,'properties':{'a':{'type':'INTEGER'}}} | {'type':['object','null'],'properties':{'a':{'type':'integer'}}}",
                "{'any_of':[{'type':'STRING'}],'min_items':'4','property_ordering':['a']} | {'anyOf':[{'type':'string'}],'minItems':4,'propertyOrdering':['a']}",
                "{'nullable':true,'anyOf':[{'type':'STRING'}]} | {'anyOf':[{'type':'string'},{'type':'null'}]}",
                "{'type':'TYPE_UNSPECIFIED'} | {}"
            })
    void readsTheSubsetAsJsonSchema(String schema, String expected) {
        assertThat(json(GeminiSchema.openApiToJsonSchema(json(schema)).toString()))
                .isEqualTo(json(expected));
    }
}
