using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Sessions;

/// <summary>A turn as a store keeps it: JSON with <c>id</c>, <c>at</c> (ms), <c>messages</c>, <c>reply</c>, <c>usage</c> and <c>pending</c>.</summary>
internal sealed record StoredTurn
{
    /// <summary>Texts take no more room than they have to.</summary>
    internal static readonly JsonWriterOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What a tool has answered may be as deep as a reader takes it, and is deeper in here.</summary>
    internal static readonly JsonDocumentOptions Deep = new() { MaxDepth = 500 };

    /// <summary>The id of what caused it.</summary>
    public required string Id { get; init; }

    /// <summary>When it was written, in Unix milliseconds.</summary>
    public long At { get; init; }

    public IReadOnlyList<ChatMessage> Messages { get; init; } = [];

    /// <summary>What is sent when the turn is committed; null when there is no reply.</summary>
    public string? Reply { get; init; }

    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    /// <summary>Whether it is unfinished.</summary>
    public bool IsPending { get; init; }

    /// <summary>How often it was left to go on in another invocation.</summary>
    public int Steps { get; init; }

    /// <summary>How often it failed for a reason of its own.</summary>
    public int Tries { get; init; }

    /// <summary>What it has said so far; when it is committed, what went ahead of the reply.</summary>
    public OutboxState Said { get; init; } = OutboxState.Nothing;

    /// <summary>The state that an unfinished turn has set, as JSON; null when it has set none.</summary>
    public string? State { get; init; }

    /// <summary>Whether it is too large for where it is: its messages are in the conversation's file.</summary>
    public bool IsInFile { get; init; }

    /// <summary>Whether something was left out of its messages because it was too large.</summary>
    public bool HasLeftOut { get; init; }

    private StoredMembers? Others { get; init; }

    /// <summary>Reads a turn.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static StoredTurn Read(ReadOnlyMemory<byte> utf8)
    {
        JsonElement json = JsonElement.Parse(utf8.Span, Deep);
        if (json.ValueKind != JsonValueKind.Object || Text(json, "id") is not { } id)
        {
            throw new JsonException("This is no turn.");
        }

        List<ChatMessage> messages = [];
        if (json.TryGetProperty("messages", out JsonElement array) && array.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement message in array.EnumerateArray())
            {
                messages.Add(ChatJson.Read(message));
            }
        }

        JsonElement usage = json.TryGetProperty("usage", out JsonElement counts) && counts.ValueKind == JsonValueKind.Object ? counts : default;
        return new StoredTurn
        {
            Id = id,
            At = Number(json, "at"),
            Messages = messages,
            Reply = Text(json, "reply"),
            InputTokens = Number(usage, "input"),
            OutputTokens = Number(usage, "output"),
            IsPending = IsTrue(json, "pending"),
            Steps = Count(json, "steps"),
            Tries = Count(json, "tries"),
            Said = new OutboxState(Count(json, "sent"), ReadUnasked(json), Text(json, "written") ?? ""),
            State = Text(json, "state"),
            IsInFile = IsTrue(json, "in_file"),
            HasLeftOut = IsTrue(json, "left_out"),
            Others = StoredMembers.Of(
                json,
                "id", "at", "messages", "reply", "usage", "pending", "steps", "tries", "sent", "unasked", "written", "state", "in_file", "left_out"),
        };
    }

    /// <inheritdoc cref="Read(ReadOnlyMemory{byte})"/>
    public static StoredTurn Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    /// <summary>The turn as one line of JSON in UTF-8.</summary>
    public ReadOnlyMemory<byte> ToJson()
    {
        ArrayBufferWriter<byte> bytes = new(1024);
        using Utf8JsonWriter json = new(bytes, Plain);
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteNumber("at", At);
        json.WriteStartArray("messages");
        foreach (ChatMessage message in Messages)
        {
            ChatJson.Write(json, message);
        }

        json.WriteEndArray();
        json.WriteString("reply", Reply);
        json.WriteStartObject("usage");
        json.WriteNumber("input", InputTokens);
        json.WriteNumber("output", OutputTokens);
        json.WriteEndObject();
        json.WriteBoolean("pending", IsPending);
        WriteUnlessZero(json, "steps", Steps);
        WriteUnlessZero(json, "tries", Tries);
        WriteUnlessZero(json, "sent", Said.Sent);
        WriteUnasked(json);
        WriteUnlessEmpty(json, "written", Said.Written);
        WriteUnlessEmpty(json, "state", State);
        WriteIfTrue(json, "in_file", IsInFile);
        WriteIfTrue(json, "left_out", HasLeftOut);
        Others?.Write(json);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    /// <summary>The turn as agents see it.</summary>
    public Turn ToTurn() => new(Id, TimeOf(At), Messages.FirstOrDefault(static message => message.Role == ChatRole.User)?.Text, Reply)
    {
        Messages = Messages,
    };

    /// <summary>The turn's id, never what was said.</summary>
    public override string ToString() => $"turn {Id}";

    private static DateTimeOffset TimeOf(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(
        Math.Clamp(milliseconds, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsTrue(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    private static long Number(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            ? number
            : 0;

    private static int Count(JsonElement json, string name) => (int)Math.Clamp(Number(json, name), 0, int.MaxValue);

    private static Dictionary<string, int> ReadUnasked(JsonElement json)
    {
        Dictionary<string, int> unasked = new(StringComparer.Ordinal);
        if (json.TryGetProperty("unasked", out JsonElement counts) && counts.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty count in counts.EnumerateObject())
            {
                unasked[count.Name] = Count(counts, count.Name);
            }
        }

        return unasked;
    }

    private static void WriteUnlessZero(Utf8JsonWriter json, string name, long number)
    {
        if (number != 0)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void WriteUnlessEmpty(Utf8JsonWriter json, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteIfTrue(Utf8JsonWriter json, string name, bool truth)
    {
        if (truth)
        {
            json.WriteBoolean(name, truth);
        }
    }

    private void WriteUnasked(Utf8JsonWriter json)
    {
        if (Said.Unasked.Count == 0)
        {
            return;
        }

        json.WriteStartObject("unasked");
        foreach ((string conversationId, int count) in Said.Unasked)
        {
            json.WriteNumber(conversationId, count);
        }

        json.WriteEndObject();
    }
}
