using System.Globalization;
using Hashee.Aws;
using Hashee.Host;

namespace Hashee.Agents.Sessions;

/// <summary>
/// Sessions in a table of DynamoDB with the key <c>session_key</c> (S, HASH) and <c>item</c> (S, RANGE) and a time to live in <c>ttl</c>: one item
/// <c>session</c>, and <c>turn#</c> with twelve digits for each earlier turn.
/// </summary>
internal sealed class DynamoSessions(DynamoDbClient client, string table) : ISessionRecords, ITurnItems
{
    private static readonly (string, string)[] Reserved = [("#state", "state"), ("#ttl", "ttl")];

    public void Connect(TimeSpan limit) => client.Connect(limit);

    public async ValueTask<(SessionRecord? Record, long BusyUntil)> TakeAsync(string key, Lease lease, TimeLimit limit)
    {
        DynamoReply reply = await client.UpdateItemAsync(
            table,
            KeyOf(key, "session"),
            "SET lease_owner = :owner, lease_until = :until, #ttl = if_not_exists(#ttl, :ttl) ADD fence :one",
            new DynamoExpression
            {
                Condition = "attribute_not_exists(lease_until) OR lease_until <= :now OR lease_owner = :owner",
                Values = new() { [":owner"] = lease.Owner, [":until"] = lease.Until, [":now"] = lease.Now, [":ttl"] = lease.Ttl, [":one"] = 1 },
                Names = [("#ttl", "ttl")],
                ReturnsItemOnFailure = true,

                // Whose lease it is already may take it again.
                IsRepeatable = true,
            },
            returnsItem: true,
            limit);
        if (reply.Outcome.Kind == AwsOutcomeKind.ConditionFailed)
        {
            return (null, await ReadLeaseAsync(key, reply.Item, limit));
        }

        Require(reply.Outcome, "the session's lease cannot be taken");
        DynamoItem item = reply.Item ?? throw SessionException.Away("the session's lease cannot be taken", "the answer has no item");
        return (new SessionRecord
        {
            Key = key,
            Fence = item.Number("fence") ?? throw SessionException.Unreadable("the session's fence"),
            Version = (int)Math.Clamp(item.Number("version") ?? SessionRecord.Newest, 0, int.MaxValue),
            SessionId = item.Text("session_id") ?? "",
            Before = item.Number("turns_before") ?? 0,
            Turns = item.Number("turns") ?? 0,
            LastTurn = item.Text("last_turn"),
            State = item.Text("state"),
            Causes = RecordJson.ReadCauses(item.Text("causes")),
            Files = RecordJson.ReadFiles(item.Text("files")),
            UpdatedAt = item.Number("updated_at") ?? 0,
            Ttl = item.Number("ttl") ?? 0,
        }, 0);
    }

    public async ValueTask<bool> WriteAsync(SessionRecord record, TimeLimit limit)
    {
        DynamoItem values = new()
        {
            [":mine"] = record.Fence,
            [":version"] = SessionRecord.Newest,
            [":id"] = record.SessionId,
            [":before"] = record.Before,
            [":turns"] = record.Turns,
            [":causes"] = RecordJson.Write(record.Causes),
            [":at"] = record.UpdatedAt,
            [":ttl"] = record.Ttl,
        };
        string set = "SET version = :version, session_id = :id, turns_before = :before, turns = :turns, causes = :causes, updated_at = :at, #ttl = :ttl";
        string remove = " REMOVE lease_owner, lease_until";
        Add("last_turn", ":turn", record.LastTurn);
        Add("#state", ":state", record.State);
        Add("files", ":files", record.Files.Count == 0 ? null : RecordJson.Write(record.Files));
        DynamoReply reply = await client.UpdateItemAsync(
            table,
            KeyOf(record.Key, "session"),
            set + remove,
            new DynamoExpression { Condition = "fence = :mine", Values = values, Names = Reserved, IsRepeatable = true },
            returnsItem: false,
            limit);
        if (reply.Outcome.Kind == AwsOutcomeKind.ConditionFailed)
        {
            return false;
        }

        Require(reply.Outcome, "the session cannot be written");
        return true;

        void Add(string name, string placeholder, string? value)
        {
            if (value is null)
            {
                remove += $", {name}";
            }
            else
            {
                set += $", {name} = {placeholder}";
                values[placeholder] = value;
            }
        }
    }

    public async ValueTask ReleaseAsync(string key, long fence, TimeLimit limit)
    {
        DynamoReply reply = await client.UpdateItemAsync(
            table,
            KeyOf(key, "session"),
            "REMOVE lease_owner, lease_until",
            new DynamoExpression { Condition = "fence = :mine", Values = new() { [":mine"] = fence }, IsRepeatable = true },
            returnsItem: false,
            limit);
        if (reply.Outcome.Kind != AwsOutcomeKind.ConditionFailed)
        {
            Require(reply.Outcome, "the session's lease cannot be given back");
        }
    }

    public async ValueTask<IReadOnlyList<string>> ReadAsync(string key, long from, long to, long now, TimeLimit limit)
    {
        (AwsOutcome outcome, IReadOnlyList<DynamoItem> items) = await client.QueryAsync(
            new DynamoQuery(
                table,
                "session_key = :key AND #item BETWEEN :from AND :to",
                new DynamoExpression
                {
                    Values = new() { [":key"] = key, [":from"] = NameOf(from), [":to"] = NameOf(to) },
                    Names = [("#item", "item")],
                })
            {
                IsDescending = true,
                Limit = (int)(to - from + 1),
            },
            limit);
        Require(outcome, "the session's turns cannot be read");
        return
        [
            .. items.Where(item => item.Number("ttl") is not { } end || end > now)
                .Select(static item => item.Text("turn"))
                .OfType<string>()
                .Reverse(),
        ];
    }

    public async ValueTask WriteAsync(string key, long number, string json, long createdAt, long ttl, TimeLimit limit)
    {
        DynamoItem item = KeyOf(key, NameOf(number));
        item["turn"] = json;
        item["created_at"] = createdAt;
        item["ttl"] = ttl;
        Require((await client.PutItemAsync(table, item, limit)).Outcome, "a turn of the session cannot be written");
    }

    private static string NameOf(long number) => $"turn#{number.ToString("D12", CultureInfo.InvariantCulture)}";

    private static DynamoItem KeyOf(string key, string item) => new() { ["session_key"] = key, ["item"] = item };

    private static void Require(AwsOutcome outcome, string what)
    {
        if (!outcome.IsAccepted)
        {
            throw SessionException.Away(what, outcome.Reason);
        }
    }

    /// <summary>An old server does not send the item with its refusal.</summary>
    private async ValueTask<long> ReadLeaseAsync(string key, DynamoItem? item, TimeLimit limit)
    {
        if (item is null)
        {
            DynamoReply reply = await client.GetItemAsync(table, KeyOf(key, "session"), limit);
            Require(reply.Outcome, "the session's lease cannot be read");
            item = reply.Item;
        }

        return item?.Number("lease_until") ?? 0;
    }
}
