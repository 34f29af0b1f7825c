using System.Text;
using Hashee.Agents.Platform;
using Hashee.Emulator.Platform;
using Hashee.Host;
using Hashee.Protocol;
using Hashee.Testing;
using Microsoft.AspNetCore.Http;

namespace Hashee.Worker.Tests;

public class SenderKeysTests
{
    private static readonly Ed25519PrivateKey Signer = Ed25519PrivateKey.Generate();
    private static readonly X25519PrivateKey Opener = X25519PrivateKey.Generate();

    [Fact]
    public async Task Keys_are_kept_for_five_minutes()
    {
        await using Workbench bench = await Workbench.StartAsync();
        DeliveryProcessor processor = bench.NewProcessor();

        await AnswerAsync(bench, processor);
        bench.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        await AnswerAsync(bench, processor);
        Assert.Equal(1, KeyRequests(bench));

        bench.Clock.Advance(TimeSpan.FromTicks(1));
        await AnswerAsync(bench, processor);
        Assert.Equal(2, KeyRequests(bench));
    }

    [Fact]
    public async Task Keys_are_those_of_one_user()
    {
        await using Workbench bench = await Workbench.StartAsync();
        DeliveryProcessor processor = bench.NewProcessor();
        User other = bench.Platform.AddUser();
        byte[] forged = bench.Platform.Seal(bench.Conversation, other.Id, bench.User.Devices[0].SigningKey, EventJson.Text("hello"));

        await AnswerAsync(bench, processor);
        DeliveryResult result = await ProcessAsync(processor, bench.Platform.Prepare(bench.Conversation, other.Id, forged));

        Assert.Equal(DeliveryResult.Refused("bad_signature"), result);
        Assert.Equal(2, KeyRequests(bench));
    }

    [Fact]
    public async Task A_message_of_a_new_device_makes_keys_that_are_older_than_ten_seconds_be_fetched_again()
    {
        await using Workbench bench = await Workbench.StartAsync();
        DeliveryProcessor processor = bench.NewProcessor();
        await AnswerAsync(bench, processor);
        Device added = bench.User.AddDevice();
        bench.Clock.Advance(TimeSpan.FromSeconds(10) + TimeSpan.FromTicks(1));

        Delivery delivery = bench.Platform.Prepare(bench.Conversation, added, EventJson.Text("hello"));

        Assert.Equal(DeliveryResult.Done("replied"), await ProcessAsync(processor, delivery));
        Assert.Equal(2, KeyRequests(bench));
    }

    [Fact]
    public async Task Keys_of_the_last_ten_seconds_are_believed()
    {
        await using Workbench bench = await Workbench.StartAsync();
        DeliveryProcessor processor = bench.NewProcessor();
        await AnswerAsync(bench, processor);
        Device added = bench.User.AddDevice();
        bench.Clock.Advance(TimeSpan.FromSeconds(10));

        Delivery delivery = bench.Platform.Prepare(bench.Conversation, added, EventJson.Text("hello"));

        Assert.Equal(DeliveryResult.Refused("bad_signature"), await ProcessAsync(processor, delivery));
        Assert.Equal(1, KeyRequests(bench));
    }

    [Fact]
    public async Task A_signature_that_no_newer_key_made_is_bad_after_one_more_look()
    {
        await using Workbench bench = await Workbench.StartAsync();
        DeliveryProcessor processor = bench.NewProcessor();
        await AnswerAsync(bench, processor);
        bench.Clock.Advance(TimeSpan.FromSeconds(11));
        byte[] forged = bench.Platform.Seal(bench.Conversation, bench.User.Id, Signer, EventJson.Text("hello"));

        DeliveryResult result = await ProcessAsync(processor, bench.Platform.Prepare(bench.Conversation, bench.User.Id, forged));

        Assert.Equal(DeliveryResult.Refused("bad_signature"), result);
        Assert.Equal(2, KeyRequests(bench));
    }

    [Fact]
    public async Task Keys_that_could_not_be_renewed_are_still_kept()
    {
        await using Workbench bench = await Workbench.StartAsync();
        DeliveryProcessor processor = bench.NewProcessor();
        await AnswerAsync(bench, processor);
        bench.Clock.Advance(TimeSpan.FromSeconds(11));
        Delivery forged = bench.Platform.Prepare(
            bench.Conversation, bench.User.Id, bench.Platform.Seal(bench.Conversation, bench.User.Id, Signer, EventJson.Text("hello")));
        bench.Platform.FailNextRequests(3);

        Assert.Equal(DeliveryResultKind.Trouble, (await ProcessAsync(processor, forged)).Kind);
        await AnswerAsync(bench, processor);

        Assert.Equal(4, KeyRequests(bench));
    }

    [Fact]
    public async Task Any_device_may_have_signed()
    {
        await using Workbench bench = await Workbench.StartAsync();
        Device second = bench.User.AddDevice();
        bench.User.AddDevice();

        Assert.Equal(
            DeliveryResult.Done("replied"), await bench.ProcessAsync(bench.Platform.Prepare(bench.Conversation, second, EventJson.Text("hello"))));
    }

    [Fact]
    public async Task Without_verification_no_key_is_fetched_and_any_signature_is_taken()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.VerifySender = false;
        byte[] envelope = bench.Platform.Seal(bench.Conversation, "nobody", Signer, EventJson.Text("hello"));

        Assert.Equal(
            DeliveryResult.Done("replied"), await bench.ProcessAsync(bench.Platform.Prepare(bench.Conversation, "nobody", envelope)));
        Assert.Equal(0, KeyRequests(bench));
    }

    [Fact]
    public async Task An_agent_that_may_not_read_keys_is_told_what_to_do()
    {
        await using Workbench bench = await Workbench.StartAsync(new PlatformOptions { AgentsMayReadKeys = false });
        string id = bench.Enqueue(bench.Text("hello"));

        Batch batch = await bench.RunAsync();

        Assert.Equal([id], batch.FailedIds);
        System.Text.Json.JsonElement error = Assert.Single(
            batch.Log, static line => line.TryGetProperty("level", out System.Text.Json.JsonElement level) && level.GetString() == "ERROR");
        Assert.Contains("HASHEE_SENDER_SIGNATURE=off", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("required", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(403, error.GetProperty("status").GetInt32());
        Assert.Equal(1, KeyRequests(bench));
    }

    [Theory]
    [InlineData(401, "the platform answered 401 unauthorized for the sender's device keys")]
    [InlineData(403, "the platform answered 403 unauthorized for the sender's device keys")]
    [InlineData(400, "the platform answered 400 unauthorized for the sender's device keys")]
    public async Task Keys_that_are_withheld_are_trouble(int status, string trouble)
    {
        (UserKeys? keys, DeliveryResult failure) = await FetchAsync(ScriptedPlatform.Status(status, """{"error":{"code":"unauthorized"}}"""));

        Assert.Null(keys);
        Assert.Equal(DeliveryResult.Trouble(trouble), failure);
    }

    [Theory]
    [InlineData(404, "{}")]
    [InlineData(200, """{"data":[]}""")]
    [InlineData(200, """{"data":[{"device_id":"d"}]}""")]
    public async Task A_user_without_keys_is_an_unknown_sender(int status, string body)
    {
        (UserKeys? keys, DeliveryResult failure) = await FetchAsync(ScriptedPlatform.Status(status, body));

        Assert.Null(keys);
        Assert.Equal(DeliveryResult.Refused("unknown_sender"), failure);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"data":null}""")]
    [InlineData("""{"data":{}}""")]
    [InlineData("not JSON")]
    public async Task A_list_of_another_shape_is_trouble(string body)
    {
        (_, DeliveryResult failure) = await FetchAsync(ScriptedPlatform.Status(200, body));

        Assert.Equal(DeliveryResult.Trouble("the platform's list of device keys is not the documented JSON"), failure);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("42")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"public_key":1,"signing_public_key":{}}""")]
    [InlineData("""{"public_key":"%%%","signing_public_key":""}""")]
    [InlineData("""{"public_key":"\ud800","signing_public_key":"\udc00"}""")]
    [InlineData("""{"\ud800ublic_key":"","\ud800igning_public_key":""}""")]
    [InlineData("""{"public_key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","signing_public_key":"AAAA"}""")]
    public async Task An_unusable_device_is_skipped(string device)
    {
        (UserKeys? keys, _) = await FetchAsync(ScriptedPlatform.Status(200, $$"""{"data":[{{device}},{{GoodDevice}},{{device}}],"next_cursor":null}"""));

        Assert.Equal([Signer.PublicKey], keys?.Signing);
        Assert.Equal([Opener.PublicKey], keys?.Encryption);
    }

    [Fact]
    public async Task A_device_with_one_usable_key_counts_for_that_one()
    {
        (UserKeys? keys, _) = await FetchAsync(ScriptedPlatform.Status(
            200, $$"""{"data":[{"public_key":"{{Opener.PublicKey.ToBase64()}}"},{"signing_public_key":"{{Signer.PublicKey.ToBase64()}}"}]}"""));

        Assert.Equal([Signer.PublicKey], keys?.Signing);
        Assert.Equal([Opener.PublicKey], keys?.Encryption);
    }

    [Theory]
    [InlineData(true, false, "public_key")]
    [InlineData(false, true, "signing_public_key")]
    public async Task A_sender_without_the_key_that_is_needed_is_unknown(bool verifySender, bool sealReplies, string only)
    {
        string key = only == "public_key" ? Opener.PublicKey.ToBase64() : Signer.PublicKey.ToBase64();
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(
            ScriptedPlatform.Status(200, $$"""{"data":[{"{{only}}":"{{key}}"}]}"""));
        await using Workbench bench = await Workbench.StartAsync();
        bench.BaseUrl = platform.BaseUrl;
        bench.VerifySender = verifySender;
        bench.SealReplies = sealReplies;

        Assert.Equal(DeliveryResult.Refused("unknown_sender"), await bench.ProcessAsync(bench.Text("hello")));
    }

    [Fact]
    public async Task A_failed_fetch_leaves_nothing_behind()
    {
        TestClock clock = new();
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(
            ScriptedPlatform.Status(400), ScriptedPlatform.Status(200, $$"""{"data":[{{GoodDevice}}]}"""));
        using PlatformClient client = new(platform.BaseUrl, "agent", "hsk_token", clock);
        SenderKeys senderKeys = new(client, clock);

        (UserKeys? none, _) = await senderKeys.GetAsync("user", TestContext.Current.CancellationToken);
        (UserKeys? keys, _) = await senderKeys.GetAsync("user", TestContext.Current.CancellationToken);

        Assert.Null(none);
        Assert.NotNull(keys);
    }

    private static string GoodDevice =>
        $$"""{"device_id":"d","public_key":"{{Opener.PublicKey.ToBase64()}}","signing_public_key":"{{Signer.PublicKey.ToBase64()}}"}""";

    private static async Task<(UserKeys? Keys, DeliveryResult Failure)> FetchAsync(RequestDelegate answer)
    {
        TestClock clock = new();
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(answer);
        using PlatformClient client = new(platform.BaseUrl, "agent", "hsk_token", clock);
        return await new SenderKeys(client, clock).GetAsync("user", TestContext.Current.CancellationToken);
    }

    private static Task<DeliveryResult> ProcessAsync(DeliveryProcessor processor, Delivery delivery) =>
        processor.ProcessAsync(Workbench.BodyOf(delivery), TestContext.Current.CancellationToken);

    private static async Task AnswerAsync(Workbench bench, DeliveryProcessor processor) =>
        Assert.Equal(DeliveryResult.Done("replied"), await ProcessAsync(processor, bench.Text("hello")));

    private static int KeyRequests(Workbench bench) => bench.Platform.Calls.Count(static call => call.Method == "GET");
}
