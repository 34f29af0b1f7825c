using System.Text.Json;

namespace Hashee.Lambda;

/// <summary>Says what an event is that came to the wrong door, for the error that names both.</summary>
internal static class EventSource
{
    private const int LongestJson = 1 << 20;

    /// <summary>Who sent an event, in words for people; null when nobody is known to send such events.</summary>
    /// <param name="json">The event, or the body of a queue's message, which may be no JSON at all.</param>
    public static string? NameOf(ReadOnlySpan<byte> json)
    {
        if (json.Length > LongestJson || json.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..])
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json.ToArray());
            return NameOf(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? NameOf(JsonElement root) =>
        Has(root, "requestContext") ? "a call of a Function URL or of API Gateway"
        : Has(root, "detail-type") ? "an event of EventBridge, such as a schedule's"
        : Text(root, "Event") == "s3:TestEvent" ? "an event of S3"
        : Text(root, "Type") == "Notification" && Has(root, "TopicArn") ? "a notification of SNS"
        : Has(root, "received_at") && Has(root, "update") ? "an update of Telegram"
        : Has(root, "message") && !Has(root, "delivery_id") ? "a job or a chat message"
        : First(root) is { ValueKind: JsonValueKind.Object } record ? NameOfRecord(Text(record, "eventSource") ?? Text(record, "EventSource"))
        : null;

    private static string NameOfRecord(string? source) => source switch
    {
        "aws:s3" => "an event of S3",
        "aws:sns" => "a notification of SNS",
        "aws:sqs" => "a batch of SQS without what Lambda puts into one",
        "aws:dynamodb" => "a batch of a DynamoDB stream",
        "aws:kinesis" => "a batch of Kinesis",
        _ => "a list of records that are none of SQS",
    };

    private static JsonElement? First(JsonElement root) =>
        root.TryGetProperty("Records", out JsonElement records) && records.ValueKind == JsonValueKind.Array && records.GetArrayLength() > 0
            ? records[0]
            : null;

    private static bool Has(JsonElement root, string name) => root.TryGetProperty(name, out _);

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
