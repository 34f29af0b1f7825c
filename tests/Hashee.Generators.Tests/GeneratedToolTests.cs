using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Hashee.Agents;
using Microsoft.Extensions.AI;

namespace Hashee.Generators.Tests;

/// <summary>What the compiler made of <see cref="Everything"/>.</summary>
public sealed class GeneratedToolTests
{
    private static readonly Dictionary<string, AIFunction> Tools = EverythingTools.Create(new Everything("> ")).ToDictionary(static tool => tool.Name);

    [Theory]
    [InlineData("Hello", """{"name":"Ann"}""", "Hello Ann Hello Ann")]
    [InlineData("Hello", """{"name":"Ann","times":1.0}""", "Hello Ann")]
    [InlineData("with-prefix", """{"text":"x"}""", "> x")]
    [InlineData("Add", """{"a":-2147483648,"b":9223372036854775807}""", "9223372034707292159")]
    [InlineData("Pick", """{"size":"Small","other":null}""", "Large")]
    [InlineData("Pick", """{"size":"Small","other":"Small"}""", "Small")]
    [InlineData(
        "Simple",
        """
        {"truth":true,"small":255,"number":1e3,"less":0.5,"exact":79228162514264337593543950335,"letter":"ä","moment":"2026-01-31T12:00:00+01:00",
        "id":"0190a6a0-0000-7000-8000-000000000001","address":"https://example.com/?a=b","large":18446744073709551615}
        """,
        "True 255 1000 0.5 79228162514264337593543950335 ä 2026-01-31T12:00:00.0000000+01:00 0190a6a0-0000-7000-8000-000000000001 "
        + "https://example.com/?a=b 18446744073709551615")]
    [InlineData("Lists", """{"texts":["a","b"],"numbers":[1,2],"sizes":["Large"]}""", "a+b 3 Large ")]
    [InlineData("Lists", """{"texts":[],"numbers":[],"sizes":[],"maybe":[1,null]}""", " 0  1")]
    [InlineData("Defaults", "{}", "a\"b 0.5 1.10 Large True none 10")]
    [InlineData("Defaults", """{"text":null,"half":1,"exact":2,"size":"Small","truth":false,"none":7,"letter":"A"}""", "null 1 2 Small False 7 65")]
    [InlineData("Buy", """{"order":{"Thing":"tea","Count":3},"price":1.5}""", """{"Thing":"tea","Total":4.5}""")]
    [InlineData("Names", """{"anything":{"a":[1]},"class":"x"}""", """["{\u0022a\u0022:[1]}","x"]""")]
    [InlineData("Nothing", "{}", "")]
    public async Task A_call_reads_its_arguments_and_gives_what_the_method_returns(string tool, string arguments, string result) =>
        Assert.Equal(result, $"{await CallAsync(tool, arguments)}");

    [Theory]
    [InlineData("Hello", "{}", "the argument name is missing.")]
    [InlineData("Hello", """{"name":null}""", "the argument name must be a text.")]
    [InlineData("Hello", """{"name":"x","times":"2"}""", "the argument times must be a whole number, -2147483648 to 2147483647.")]
    [InlineData("Hello", """{"name":"x","times":1.5}""", "the argument times must be a whole number, -2147483648 to 2147483647.")]
    [InlineData("Hello", """{"name":"x","times":2147483648}""", "the argument times must be a whole number, -2147483648 to 2147483647.")]
    [InlineData("Hello", """{"name":"x","times":1e400}""", "the argument times must be a whole number, -2147483648 to 2147483647.")]
    [InlineData("Pick", """{"size":"small","other":null}""", "the argument size must be one of Small, Large.")]
    [InlineData("Pick", """{"size":"Small"}""", "the argument other is missing.")]
    [InlineData("Lists", """{"texts":["a",1],"numbers":[],"sizes":[]}""", "the argument texts[1] must be a text.")]
    [InlineData("Lists", """{"texts":"a","numbers":[],"sizes":[]}""", "the argument texts must be a list of at most 10000 elements.")]
    [InlineData("Buy", """{"order":{"Thing":1},"price":1}""", "the argument order must be what the schema says.")]
    [InlineData("Buy", """{"order":null,"price":1}""", "the argument order must be what the schema says, and not null.")]
    public async Task Arguments_that_are_not_the_schemas_are_named_and_not_quoted(string tool, string arguments, string problem) =>
        Assert.Equal(problem, (await Assert.ThrowsAsync<ToolArgumentException>(() => CallAsync(tool, arguments))).Message);

    [Fact]
    public void Tools_without_an_instance_need_none() => Assert.Equal("One", Assert.Single(StaticToolFunctions.Create()).Name);

    [Fact]
    public void A_description_is_taken_as_it_is_written()
    {
        Assert.Equal("Says \"hello\".\nTwice.", Tools["Hello"].Description);
        Assert.Equal("", Tools["Add"].Description);
    }

    /// <summary>The judge: what Microsoft.Extensions.AI finds out about the same method by reflection.</summary>
    [Theory]
    [InlineData("Hello", nameof(Everything.Hello))]
    [InlineData("Add", nameof(Everything.AddAsync))]
    [InlineData("Pick", nameof(Everything.PickAsync))]
    [InlineData("Lists", nameof(Everything.Lists))]
    [InlineData("Defaults", nameof(Everything.Defaults))]
    [InlineData("Buy", nameof(Everything.Buy))]
    [InlineData("Names", nameof(Everything.Names))]
    [InlineData("Simple", nameof(Everything.Simple))]
    public void A_schema_is_the_one_that_reflection_makes(string tool, string method)
    {
        JsonSerializerOptions options = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver(), Converters = { new JsonStringEnumConverter() } };
        JsonElement judged = AIFunctionFactory.Create(typeof(Everything).GetMethod(method)!, target: null, new() { SerializerOptions = options }).JsonSchema;

        // Inside of a type that a context knows, .NET's exporter of schemas leaves the type of an enum to its names.
        string expected = Sorted(judged);
        Assert.Equal(
            tool == "Buy" ? expected.Replace("""["Small","Large"],"type":"string"}""", """["Small","Large"]}""", StringComparison.Ordinal) : expected,
            Sorted(Tools[tool].JsonSchema));
    }

    private static async Task<object?> CallAsync(string tool, string arguments)
    {
        using JsonDocument document = JsonDocument.Parse(arguments);
        AIFunctionArguments given = new(document.RootElement.EnumerateObject().ToDictionary(static one => one.Name, static one => (object?)one.Value))
        {
            Context = new Dictionary<object, object?> { [typeof(Message)] = new Message() },
        };
        return await Tools[tool].InvokeAsync(given, TestContext.Current.CancellationToken);
    }

    /// <summary>In one order, so that texts can be compared; a schema's own title says nothing.</summary>
    private static string Sorted(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(",", json.EnumerateObject().Where(static member => member.Name != "title")
            .OrderBy(static member => member.Name, StringComparer.Ordinal).Select(static member => $"\"{member.Name}\":{Sorted(member.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(",", json.EnumerateArray().Select(Sorted))}]",
        JsonValueKind.Number => json.GetDecimal().ToString(CultureInfo.InvariantCulture),
        JsonValueKind.String => $"\"{JsonEncodedText.Encode(json.GetString()!)}\"",
        _ => json.GetRawText(),
    };
}
