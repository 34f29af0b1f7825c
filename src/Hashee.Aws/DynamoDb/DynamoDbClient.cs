using System.Text.Json;
using Hashee.Formats;
using Hashee.Host;

namespace Hashee.Aws;

/// <summary>Reads and writes items of DynamoDB (API reference, version 2012-08-10). Reads are consistent. Outcomes are values.</summary>
/// <param name="settings">Region, credentials and trust.</param>
/// <param name="endpoint">Where to connect in place of AWS's own host; null for there.</param>
internal sealed class DynamoDbClient(AwsSettings settings, Origin? endpoint) : IDisposable
{
    /// <summary>The environment variable of the endpoint.</summary>
    internal const string EndpointVariable = "AWS_ENDPOINT_URL_DYNAMODB";

    private const long LargestQuery = 64 * 1024 * 1024;

    private static readonly DynamoExpression None = new();

    private readonly AwsJsonService _service = new(
        new AwsClient(settings, endpoint ?? AwsEndpoint.Of("dynamodb", settings.Region), "dynamodb"), "DynamoDB_20120810.", "1.0");

    /// <inheritdoc cref="AwsClient.Connect"/>
    internal void Connect(TimeSpan limit) => _service.Connect(limit);

    /// <summary>Reads an item.</summary>
    internal ValueTask<DynamoReply> GetItemAsync(string table, DynamoItem key, TimeLimit limit)
    {
        ByteBuffer request = Begin(table);
        Add(request, "Key", key);
        request.Append(",\"ConsistentRead\":true}"u8);
        return CallAsync("GetItem", request, isRepeatable: true, "Item", limit);
    }

    /// <summary>Writes an item whole.</summary>
    internal ValueTask<DynamoReply> PutItemAsync(string table, DynamoItem item, TimeLimit limit, DynamoExpression? expression = null)
    {
        ByteBuffer request = Begin(table);
        Add(request, "Item", item);
        return WriteAsync("PutItem", request, expression ?? None, limit);
    }

    /// <summary>Deletes an item; that there is none is no failure.</summary>
    internal ValueTask<DynamoReply> DeleteItemAsync(string table, DynamoItem key, TimeLimit limit, DynamoExpression? expression = null)
    {
        ByteBuffer request = Begin(table);
        Add(request, "Key", key);
        return WriteAsync("DeleteItem", request, expression ?? None, limit);
    }

    /// <summary>Changes an item, or makes it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="key">The item's key.</param>
    /// <param name="update">UpdateExpression.</param>
    /// <param name="expression">Condition and placeholders.</param>
    /// <param name="returnsItem">Whether the item comes back as it is then.</param>
    /// <param name="limit">Bounds all tries together.</param>
    internal ValueTask<DynamoReply> UpdateItemAsync(
        string table, DynamoItem key, string update, DynamoExpression expression, bool returnsItem, TimeLimit limit)
    {
        ByteBuffer request = Begin(table);
        Add(request, "Key", key);
        request.Append(",\"UpdateExpression\":"u8);
        JsonText.WriteString(request, update);
        request.Append(returnsItem ? ",\"ReturnValues\":\"ALL_NEW\""u8 : default);
        return WriteAsync("UpdateItem", request, expression, limit, isUpdate: true);
    }

    /// <summary>Reads the items of a query over all its pages.</summary>
    /// <returns>The items; none where the outcome is not accepted. More pages than the query allows are refused.</returns>
    internal async ValueTask<(AwsOutcome Outcome, IReadOnlyList<DynamoItem> Items)> QueryAsync(DynamoQuery query, TimeLimit limit)
    {
        List<DynamoItem> items = [];
        DynamoItem? next = null;
        long length = 0;
        for (int page = 0; page < query.MostPages && length < LargestQuery; page++)
        {
            AwsReply reply = await _service.CallAsync("Query", WriteQuery(query, query.Limit - items.Count, next), isRepeatable: true, limit)
                .ConfigureAwait(false);
            length += reply.Body.Length;
            if (!reply.Outcome.IsAccepted)
            {
                return (reply.Outcome, []);
            }

            if (!TryReadPage(reply.Body, items, out next))
            {
                return (Foreign, []);
            }

            if (next is null || items.Count >= query.Limit)
            {
                return (reply.Outcome, items);
            }
        }

        return (new AwsOutcome(AwsOutcomeKind.Refused, "the query has too many pages", 200, ""), []);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _service.Dispose();

    private static AwsOutcome Foreign => AwsOutcome.Unavailable("the answer is not that of DynamoDB");

    private static ByteBuffer Begin(string table)
    {
        ByteBuffer request = new(1024);
        request.Append("{\"TableName\":"u8);
        JsonText.WriteString(request, table);
        return request;
    }

    private static void Add(ByteBuffer request, string name, DynamoItem item)
    {
        request.Append(",\""u8);
        request.Append(name);
        request.Append("\":"u8);
        item.Write(request);
    }

    private static ByteBuffer WriteQuery(DynamoQuery query, int rest, DynamoItem? from)
    {
        ByteBuffer request = Begin(query.Table);
        request.Append(",\"ConsistentRead\":true,\"KeyConditionExpression\":"u8);
        JsonText.WriteString(request, query.KeyCondition);
        query.Expression.Write(request);
        request.Append(query.IsDescending ? ",\"ScanIndexForward\":false"u8 : default);
        if (query.Limit < int.MaxValue)
        {
            request.Append(",\"Limit\":"u8);
            request.Append(rest);
        }

        if (from is not null)
        {
            Add(request, "ExclusiveStartKey", from);
        }

        request.Append((byte)'}');
        return request;
    }

    private ValueTask<DynamoReply> WriteAsync(
        string operation, ByteBuffer request, DynamoExpression expression, TimeLimit limit, bool isUpdate = false)
    {
        expression.Write(request);
        request.Append((byte)'}');
        return CallAsync(
            operation, request, expression.IsRepeatable ?? (!isUpdate && expression.Condition is null), isUpdate ? "Attributes" : "", limit);
    }

    private async ValueTask<DynamoReply> CallAsync(string operation, ByteBuffer request, bool isRepeatable, string member, TimeLimit limit)
    {
        AwsReply reply = await _service.CallAsync(operation, request, isRepeatable, limit).ConfigureAwait(false);
        DynamoItem? item = null;
        if (reply.Outcome.IsAccepted && member.Length > 0 && !TryReadItem(reply.Body, member, out item))
        {
            return new DynamoReply(Foreign, null);
        }

        if (reply.Outcome.Kind == AwsOutcomeKind.ConditionFailed)
        {
            _ = TryReadItem(reply.Body, "Item", out item);
        }

        return new DynamoReply(reply.Outcome, item);
    }

    /// <returns>False for what is not an object that may have such an item.</returns>
    private static bool TryReadItem(ReadOnlySpan<byte> json, string member, out DynamoItem? item)
    {
        item = null;
        try
        {
            Utf8JsonReader reader = new(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isWanted = reader.ValueTextEquals(member);
                reader.Read();
                if (isWanted)
                {
                    item = DynamoItem.Read(ref reader, json);
                }
                else
                {
                    reader.Skip();
                }
            }

            return true;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            item = null;
            return false;
        }
    }

    private static bool TryReadPage(ReadOnlySpan<byte> json, List<DynamoItem> items, out DynamoItem? next)
    {
        next = null;
        bool hasItems = false;
        try
        {
            Utf8JsonReader reader = new(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isItems = reader.ValueTextEquals("Items"u8);
                bool isNext = reader.ValueTextEquals("LastEvaluatedKey"u8);
                reader.Read();
                if (isItems && reader.TokenType == JsonTokenType.StartArray)
                {
                    hasItems = true;
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        items.Add(DynamoItem.Read(ref reader, json));
                    }
                }
                else if (isNext)
                {
                    next = DynamoItem.Read(ref reader, json);
                }
                else
                {
                    reader.Skip();
                }
            }

            return hasItems;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
