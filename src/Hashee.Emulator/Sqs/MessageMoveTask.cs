using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hashee.Emulator.Sqs;

/// <summary>One redrive of a dead-letter queue.</summary>
internal sealed class MessageMoveTask(SqsQueue source, string? destinationArn, int? messagesPerSecond, DateTimeOffset startedAt)
{
    private readonly string _id = Guid.NewGuid().ToString();

    public SqsQueue Source => source;

    /// <summary>Null: each message goes to the queue that it came from.</summary>
    public string? DestinationArn => destinationArn;

    /// <summary>Null: all at once.</summary>
    public int? MessagesPerSecond => messagesPerSecond;

    public DateTimeOffset StartedAt => startedAt;

    /// <summary>Messages that were there when it started.</summary>
    public int ToMove { get; } = source.Counts.Visible;

    public int Moved { get; set; }

    public MessageMoveTaskStatus Status { get; set; }

    /// <summary>Null unless it failed.</summary>
    public string? FailureReason { get; set; }

    /// <summary>Due when the next message is; null without a limit.</summary>
    public ITimer? Timer { get; set; }

    public string Handle => Convert.ToBase64String(
        Encoding.UTF8.GetBytes(new JsonObject { ["taskId"] = _id, ["sourceArn"] = source.Arn }.ToJsonString()));

    /// <summary>The source that a handle names; null when it is no handle.</summary>
    public static string? SourceOf(string handle)
    {
        try
        {
            return JsonNode.Parse(Convert.FromBase64String(handle))?["sourceArn"]?.GetValue<string>();
        }
        catch (Exception failure) when (failure is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
