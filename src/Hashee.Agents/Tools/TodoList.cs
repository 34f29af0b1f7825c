using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents;

/// <summary>
/// The built-in tool <c>todo</c>: a list of the conversation's own, kept in the session's <c>todos.json</c>. The model writes the whole list, or reads it.
/// </summary>
internal sealed class TodoList : AIFunction
{
    public const string ToolName = "todo";
    public const string FileName = "todos.json";

    private const int Most = 100;
    private const int LongestItem = 1000;

    private static readonly string[] States = ["pending", "in_progress", "completed"];

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private JsonElement? _schema;

    public override string Name => ToolName;

    public override string Description =>
        "Keeps a list of things to do for this conversation. Give the whole list to replace it, or nothing to read it. The result is the list.";

    public override JsonElement JsonSchema => _schema ??= JsonElement.Parse("""
        {"type":"object","properties":{"todos":{"description":"The whole list as it is from now on.","type":["array","null"],"items":{"type":"object",
        "properties":{"content":{"type":"string"},"status":{"type":"string","enum":["pending","in_progress","completed"]}},"required":["content","status"]},
        "default":null}}}
        """);

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        byte[]? list = ToolValue.TryGet(arguments, "todos", out JsonElement todos) && todos.ValueKind != JsonValueKind.Null ? Read(todos) : null;
        if (ToolValue.MessageOf(arguments).Conversation.Files is not { } files)
        {
            return "No list is kept here: the agent has no session store that keeps files.";
        }

        if (list is not null)
        {
            files.Write(FileName, list);
            return Encoding.UTF8.GetString(list);
        }

        ReadOnlyMemory<byte> kept = await files.ReadAsync(FileName, cancellationToken);
        return kept.IsEmpty ? "[]" : Encoding.UTF8.GetString(kept.Span);
    }

    private static byte[] Read(JsonElement todos)
    {
        if (todos.ValueKind != JsonValueKind.Array || todos.GetArrayLength() > Most)
        {
            throw ToolValue.Wrong("todos", $"a list of at most {Most}");
        }

        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter json = new(buffer, Plain);
        json.WriteStartArray();
        foreach (JsonElement todo in todos.EnumerateArray())
        {
            json.WriteStartObject();
            json.WriteString("content"u8, Member(todo, "content", static text => text.Length is > 0 and <= LongestItem));
            json.WriteString("status"u8, Member(todo, "status", static text => States.Contains(text)));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static string Member(JsonElement todo, string name, Func<string, bool> isGood) =>
        todo.ValueKind == JsonValueKind.Object && todo.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
        && value.GetString() is { } text && isGood(text)
            ? text
            : throw ToolValue.Wrong("todos", $"a list of objects with content (at most {LongestItem} characters) and status ({string.Join(", ", States)})");
}
