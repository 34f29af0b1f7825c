using Hashee.Host;

namespace Hashee.Aws.Tests.DynamoDb;

/// <summary>Against dynalite, which nobody here wrote.</summary>
public sealed class DynamoDbTests(Dynalite dynalite) : IClassFixture<Dynalite>
{
    private readonly string _key = $"key-{Guid.NewGuid()}";

    private static TimeLimit Soon => AwsTest.Soon;

    private DynamoDbClient Client => dynalite.Client;

    [Fact]
    public async Task An_item_that_was_put_is_read_as_it_was()
    {
        DynamoItem item = Key("one");
        item["text"] = "a \"text\" with ü, 😀, \0 and\nlines";
        item["number"] = -1234567890123456789;
        item["bytes"] = DynamoValue.OfBytes([0, 255, 7]);
        Assert.True((await Client.PutItemAsync("table", item, Soon)).Outcome.IsAccepted);

        DynamoReply reply = await Client.GetItemAsync("table", Key("one"), Soon);

        Assert.True(reply.Outcome.IsAccepted, reply.Outcome.Reason);
        Assert.Equal(5, reply.Item!.Count);
        Assert.Equal("a \"text\" with ü, 😀, \0 and\nlines", reply.Item.Text("text"));
        Assert.Equal(-1234567890123456789, reply.Item.Number("number"));
        Assert.True(reply.Item.TryGet("bytes", out DynamoValue bytes));
        Assert.Equal(("B", "AP8H"), (bytes.Type, bytes.Text));
        Assert.Null(reply.Item.Number("text"));
        Assert.Null(reply.Item.Text("number"));
        Assert.Null(reply.Item.Text("nothing"));
    }

    [Fact]
    public async Task What_is_not_there_is_no_failure_to_read_or_to_delete()
    {
        DynamoReply read = await Client.GetItemAsync("table", Key("none"), Soon);

        Assert.True(read.Outcome.IsAccepted);
        Assert.Null(read.Item);
        Assert.True((await Client.DeleteItemAsync("table", Key("none"), Soon)).Outcome.IsAccepted);
    }

    [Fact]
    public async Task An_item_that_was_deleted_is_gone()
    {
        await Client.PutItemAsync("table", Key("one"), Soon);
        Assert.True((await Client.DeleteItemAsync("table", Key("one"), Soon)).Outcome.IsAccepted);

        Assert.Null((await Client.GetItemAsync("table", Key("one"), Soon)).Item);
    }

    [Fact]
    public async Task An_update_returns_the_item_as_it_is_then()
    {
        DynamoExpression expression = new() { Values = new() { [":one"] = 1, [":text"] = "x" }, Names = [("#state", "state"), ("#n", "name")] };
        const string update = "ADD fence :one SET #state = :text, #n = :text";

        DynamoReply first = await Client.UpdateItemAsync("table", Key("u"), update, expression, returnsItem: true, Soon);
        DynamoReply second = await Client.UpdateItemAsync("table", Key("u"), update, expression, returnsItem: true, Soon);
        DynamoReply silent = await Client.UpdateItemAsync("table", Key("u"), update, expression, returnsItem: false, Soon);

        Assert.Equal((1, "x", 5), (first.Item!.Number("fence"), first.Item.Text("state"), first.Item.Count));
        Assert.Equal(2, second.Item!.Number("fence"));
        Assert.True(silent.Outcome.IsAccepted);
        Assert.Null(silent.Item);
    }

    [Fact]
    public async Task A_condition_that_does_not_hold_says_so_and_changes_nothing()
    {
        DynamoItem item = Key("c");
        item["fence"] = 7;
        await Client.PutItemAsync("table", item, Soon);
        DynamoExpression isSix = new() { Condition = "fence = :mine", Values = new() { [":mine"] = 6 } };
        DynamoExpression isNew = new() { Condition = "attribute_not_exists(fence)" };

        AwsOutcome[] outcomes =
        [
            (await Client.UpdateItemAsync("table", Key("c"), "REMOVE fence", isSix, returnsItem: true, Soon)).Outcome,
            (await Client.PutItemAsync("table", Key("c"), Soon, isNew)).Outcome,
            (await Client.DeleteItemAsync("table", Key("c"), Soon, isSix)).Outcome,
        ];

        Assert.All(outcomes, static outcome => Assert.Equal(
            new AwsOutcome(AwsOutcomeKind.ConditionFailed, "HTTP 400 ConditionalCheckFailedException", 400, "ConditionalCheckFailedException"), outcome));
        Assert.Equal(7, (await Client.GetItemAsync("table", Key("c"), Soon)).Item!.Number("fence"));
        Assert.True((await Client.DeleteItemAsync("table", Key("c"), Soon, new() { Condition = "fence = :mine", Values = new() { [":mine"] = 7 } }))
            .Outcome.IsAccepted);
    }

    [Fact]
    public async Task A_query_follows_its_pages()
    {
        // A page has 1 MB.
        string text = new('x', 300_000);
        for (int i = 0; i < 8; i++)
        {
            DynamoItem item = Key($"turn#{i:d12}");
            item["text"] = text;
            await Client.PutItemAsync("table", item, Soon);
        }

        DynamoQuery query = new("table", "#k = :key", new() { Values = new() { [":key"] = _key }, Names = [("#k", "key")] });
        (AwsOutcome outcome, IReadOnlyList<DynamoItem> all) = await Client.QueryAsync(query, Soon);
        (_, IReadOnlyList<DynamoItem> newest) = await Client.QueryAsync(query with { Limit = 5, IsDescending = true }, Soon);
        (AwsOutcome tooMany, IReadOnlyList<DynamoItem> none) = await Client.QueryAsync(query with { MostPages = 2 }, Soon);

        Assert.True(outcome.IsAccepted, outcome.Reason);
        Assert.Equal(Enumerable.Range(0, 8).Select(static i => $"turn#{i:d12}"), all.Select(static item => item.Text("sort")));
        Assert.Equal(Enumerable.Range(3, 5).Reverse().Select(static i => $"turn#{i:d12}"), newest.Select(static item => item.Text("sort")));
        Assert.Equal((AwsOutcomeKind.Refused, "the query has too many pages"), (tooMany.Kind, tooMany.Reason));
        Assert.Empty(none);
    }

    [Fact]
    public async Task A_query_that_finds_nothing_is_accepted()
    {
        DynamoQuery query = new("table", "#k = :key", new() { Values = new() { [":key"] = "nobody" }, Names = [("#k", "key")] });

        (AwsOutcome outcome, IReadOnlyList<DynamoItem> items) = await Client.QueryAsync(query, Soon);

        Assert.True(outcome.IsAccepted);
        Assert.Empty(items);
    }

    [Fact]
    public async Task A_table_that_is_not_there_is_refused()
    {
        AwsOutcome outcome = (await Client.GetItemAsync("other", Key("x"), Soon)).Outcome;

        Assert.Equal((AwsOutcomeKind.Refused, "ResourceNotFoundException"), (outcome.Kind, outcome.Code));
    }

    private DynamoItem Key(string sort) => new() { ["key"] = _key, ["sort"] = sort };
}
