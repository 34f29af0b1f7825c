using System.Text.Json;
using Hashee.Testing;
using Microsoft.Extensions.AI;
using static Hashee.Agents.Tests.Turns.ScriptedModel;

namespace Hashee.Agents.Tests.Turns;

public class BuiltInToolTests
{
    private readonly Desk _desk = new();

    [Theory]
    [InlineData("{}", "Friday, 2026-05-15T10:24:11+00:00 (UTC)")]
    [InlineData("""{"time_zone":null}""", "Friday, 2026-05-15T10:24:11+00:00 (UTC)")]
    [InlineData("""{"time_zone":"UTC"}""", "Friday, 2026-05-15T10:24:11+00:00 (UTC)")]
    [InlineData("""{"time_zone":"Europe/Berlin"}""", "Friday, 2026-05-15T12:24:11+02:00 (Europe/Berlin)")]
    [InlineData("""{"time_zone":"Pacific/Auckland"}""", "Friday, 2026-05-15T22:24:11+12:00 (Pacific/Auckland)")]
    [InlineData("""{"time_zone":"Nowhere/Never"}""", "Friday, 2026-05-15T10:24:11+00:00 (UTC); this machine does not know the time zone that was asked for")]
    [InlineData("""{"time_zone":"../../../etc/passwd"}""", "Friday, 2026-05-15T10:24:11+00:00 (UTC); this machine does not know the time zone that was asked for")]
    public async Task The_time_is_told_in_any_zone(string arguments, string expected) =>
        Assert.Equal(expected, await new CurrentTime(new TestClock()).InvokeAsync(ArgumentsOf(arguments), TestContext.Current.CancellationToken));

    [Fact]
    public async Task A_list_is_kept_and_read()
    {
        const string list = """[{"content":"Tee kaufen, süß","status":"pending"}]""";
        ScriptedModel model = new(Calls(Call("todo", "a")), Calls(Call("todo", "b", $$"""{"todos":{{list}}}""")), Calls(Call("todo", "c")), Says("Ok"));

        await _desk.AnswerAsync(new ModelAgent(model, null, new TodoList()));

        Assert.Equal(list, _desk.Kept["todos.json"]);
        Assert.Equal(["[]", list, list], model.Requests[3].Messages
            .SelectMany(static message => message.Contents.OfType<FunctionResultContent>()).Select(static result => result.Result));
    }

    [Theory]
    [InlineData("""{"todos":7}""")]
    [InlineData("""{"todos":[7]}""")]
    [InlineData("""{"todos":[{"content":"x"}]}""")]
    [InlineData("""{"todos":[{"content":"","status":"pending"}]}""")]
    [InlineData("""{"todos":[{"content":"x","status":"new"}]}""")]
    public async Task What_is_no_list_is_not_kept(string arguments)
    {
        ScriptedModel model = new(Calls(Call("todo", "a", arguments)), Says("Ok"));

        await _desk.AnswerAsync(new ModelAgent(model, null, new TodoList()));

        Assert.False(_desk.Kept.ContainsKey("todos.json"));
        Assert.StartsWith("Error: the argument todos must be a list", (string)model.Requests[1].Messages[^1].Contents
            .OfType<FunctionResultContent>().Single().Result!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_store_that_keeps_files_the_model_is_told()
    {
        Desk desk = new() { KeepsFiles = false };
        ScriptedModel model = new(Calls(Call("todo", "a", """{"todos":[]}""")), Says("Ok"));

        await desk.AnswerAsync(new ModelAgent(model, null, new TodoList()));

        Assert.StartsWith("No list is kept here", (string)model.Requests[1].Messages[^1].Contents
            .OfType<FunctionResultContent>().Single().Result!, StringComparison.Ordinal);
    }

    [Fact]
    public void Their_schemas_are_JSON() =>
        Assert.All(
            new AIFunction[] { new CurrentTime(TimeProvider.System), new TodoList() },
            static tool => Assert.Equal("object", tool.JsonSchema.GetProperty("type").GetString()));

    private static AIFunctionArguments ArgumentsOf(string json) =>
        new(JsonElement.Parse(json).EnumerateObject().ToDictionary(static member => member.Name, static object? (member) => member.Value));
}
