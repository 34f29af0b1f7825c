using Hashee.Agents.Platform;
using Hashee.Emulator.Platform;
using Hashee.Host;
using Hashee.Lambda;
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

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(3_600)]
    public async Task Keys_are_kept_for_as_long_as_it_is_said(int seconds)
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.KeysKeptFor = TimeSpan.FromSeconds(seconds);
        DeliveryProcessor processor = bench.NewProcessor();

        await AnswerAsync(bench, processor);
        bench.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(seconds > 0 ? 1 : 0));
        await AnswerAsync(bench, processor);
        Assert.Equal(seconds == 0 ? 2 : 1, KeyRequests(bench));

        bench.Clock.Advance(TimeSpan.FromTicks(1));
        await AnswerAsync(bench, processor);
        Assert.Equal(seconds == 0 ? 3 : 2, KeyRequests(bench));
    }

    [Fact]
    public async Task Keys_are_those_of_one_user()
    {
        await using Workbench bench = await Workbench.StartAsync();
        DeliveryProcessor processor = bench.NewProcessor();
        User other = bench.Platform.AddUser();
        byte[] forged = bench.Platform.Seal(bench.Conversation, other.Id, bench.User.Devices[0].SigningKey, EventJson.Text("hello"));

        await AnswerAsync(bench, processor);
        DeliveryResult result = await ProcessAsync(processor, bench.Platform.Prepare(bench.Conversation, other.Id, forged), waitedSeconds: 15);

        Assert.Equal(DeliveryResult.Refused("bad_signature"), result);
        Assert.Equal(2, KeyRequests(bench));
    }

    [Fact]
    public async Task A_message_of_a_new_device_makes_keys_that_are_fifteen_seconds_old_be_fetched_again()
    {
        await using Workbench bench = await Workbench.StartAsync();
        DeliveryProcessor processor = bench.NewProcessor();
        await AnswerAsync(bench, processor);
        Device added = bench.User.AddDevice();
        bench.Clock.Advance(TimeSpan.FromSeconds(15));

        Delivery delivery = bench.Platform.Prepare(bench.Conversation, added, EventJson.Text("hello"));

        Assert.Equal(DeliveryResult.Done("replied"), await ProcessAsync(processor, delivery));
        Assert.Equal(2, KeyRequests(bench));
    }

    [Fact]
    public async Task A_device_that_writes_right_after_its_users_keys_were_fetched_is_trouble_for_fifteen_seconds_and_then_answered()
    {
        await using Workbench bench = await Workbench.StartAsync();
        QueueBatches handler = bench.NewHandler();
        bench.Enqueue(bench.Text("hello"));
        await bench.RunAsync(handler, TimeSpan.FromMinutes(1));
        Device added = bench.User.AddDevice();
        bench.Advance(TimeSpan.FromSeconds(14));
        string id = bench.Enqueue(bench.Platform.Prepare(bench.Conversation, added, EventJson.Text("it is me")));

        Batch first = await bench.RunAsync(handler, TimeSpan.FromMinutes(1));

        Assert.Equal([id], first.FailedIds);
        Assert.Equal("bad_signature", Assert.Single(first.Records("Delivery left in the queue.")).GetProperty("code").GetString());
        Assert.Equal(1, KeyRequests(bench));
        bench.Advance(TimeSpan.FromSeconds(15) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, bench.Jobs.Counts.InFlight);
        bench.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Empty((await bench.RunAsync(handler, TimeSpan.FromMinutes(1))).FailedIds);

        Assert.Equal(["Echo: hello", "Echo: it is me"], bench.RepliesTo(bench.Conversation));
        Assert.Equal(2, KeyRequests(bench));
    }

    [Fact]
    public async Task A_signature_that_fits_no_key_is_trouble_first_and_refused_when_keys_fetched_anew_say_the_same()
    {
        await using Workbench bench = await Workbench.StartAsync();
        QueueBatches handler = bench.NewHandler();
        byte[] forged = bench.Platform.Seal(bench.Conversation, bench.User.Id, Signer, EventJson.Text("hello"));
        string id = bench.Enqueue(bench.Platform.Prepare(bench.Conversation, bench.User.Id, forged));
        bench.Enqueue(bench.Text("behind"));

        Assert.Contains(id, (await bench.RunAsync(handler, TimeSpan.FromMinutes(1))).FailedIds);
        bench.Advance(TimeSpan.FromSeconds(15));
        Batch second = await bench.RunAsync(handler, TimeSpan.FromMinutes(1));

        Assert.Empty(second.FailedIds);
        Assert.Equal("bad_signature", Assert.Single(second.Records("Delivery refused.")).GetProperty("outcome").GetString());
        Assert.Equal(2, KeyRequests(bench));
        Assert.Equal(["Echo: behind"], bench.RepliesTo(bench.Conversation));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(14.9, 1)]
    [InlineData(15, 2)]
    public async Task A_message_that_has_waited_is_judged_by_keys_that_are_fetched_anew(double waited, int fetches)
    {
        await using Workbench bench = await Workbench.StartAsync();
        DeliveryProcessor processor = bench.NewProcessor();
        await AnswerAsync(bench, processor);
        byte[] forged = bench.Platform.Seal(bench.Conversation, bench.User.Id, Signer, EventJson.Text("hello"));

        DeliveryResult result = await ProcessAsync(processor, bench.Platform.Prepare(bench.Conversation, bench.User.Id, forged), waited);

        Assert.Equal(fetches == 2 ? DeliveryResultKind.Refused : DeliveryResultKind.Failed, result.Kind);
        Assert.Equal(fetches, KeyRequests(bench));
    }

    [Fact]
    public async Task Keys_that_could_not_be_renewed_are_still_kept()
    {
        await using Workbench bench = await Workbench.StartAsync();
        DeliveryProcessor processor = bench.NewProcessor();
        await AnswerAsync(bench, processor);
        bench.Clock.Advance(TimeSpan.FromSeconds(15));
        Delivery forged = bench.Platform.Prepare(
            bench.Conversation, bench.User.Id, bench.Platform.Seal(bench.Conversation, bench.User.Id, Signer, EventJson.Text("hello")));
        bench.Platform.FailNextRequests(3);

        Assert.Equal("internal_error", (await ProcessAsync(processor, forged)).Failure.Code);
        await AnswerAsync(bench, processor);

        Assert.Equal(4, KeyRequests(bench));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_list_is_read_to_its_last_page(int devicesPerPage)
    {
        await using Workbench bench = await Workbench.StartAsync(
            new PlatformOptions { MessagesPerSecond = 1_000, DevicesPerPage = devicesPerPage });
        bench.SealReplies = true;
        for (int i = 1; i < 9; i++)
        {
            bench.User.AddDevice();
        }

        Delivery delivery = bench.Platform.Prepare(bench.Conversation, bench.User.Devices[^1], EventJson.Text("hello"));

        Assert.Equal(DeliveryResult.Done("replied"), await bench.ProcessAsync(delivery));
        Assert.Equal(bench.User.Devices, Assert.Single(bench.Platform.Messages).OpenedBy);
    }

    [Theory]
    [InlineData(50, true)]
    [InlineData(51, false)]
    public async Task A_list_that_does_not_end_is_an_error_and_no_refusal(int pages, bool isRead)
    {
        RequestDelegate more = ScriptedPlatform.Status(200, $$"""{"data":[{{GoodDevice}}],"next_cursor":"more"}""");
        RequestDelegate last = ScriptedPlatform.Status(200, """{"data":[],"next_cursor":null}""");

        (UserKeys? keys, Failure failure) = await FetchAsync([.. Enumerable.Repeat(more, pages - 1), last]);

        Assert.Equal(isRead, keys is not null);
        Assert.Equal(isRead ? default : (FailureKind.World, "keys_endless"), (failure.Kind, failure.Code));
    }

    [Theory]
    [InlineData(1_000, true)]
    [InlineData(1_001, false)]
    public async Task A_user_with_too_many_devices_is_an_error_and_no_refusal(int devices, bool isRead)
    {
        string list = string.Join(',', Enumerable.Repeat("{}", devices - 1).Append(GoodDevice));

        (UserKeys? keys, Failure failure) = await FetchAsync(ScriptedPlatform.Status(200, $$"""{"data":[{{list}}]}"""));

        Assert.Equal(isRead, keys is not null);
        Assert.Equal(isRead ? null : "keys_endless", failure.Code);
    }

    [Fact]
    public async Task A_page_that_is_missing_is_no_end_of_the_list()
    {
        (UserKeys? keys, Failure failure) = await FetchAsync(
            ScriptedPlatform.Status(200, $$"""{"data":[{{GoodDevice}}],"next_cursor":"more"}"""), ScriptedPlatform.Status(404));

        Assert.Null(keys);
        Assert.Equal((FailureKind.Own, "platform_404"), (failure.Kind, failure.Code));
    }

    [Fact]
    public async Task When_there_are_too_many_users_the_one_fetched_first_is_forgotten()
    {
        TestClock clock = new();
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(ScriptedPlatform.Status(200, $$"""{"data":[{{GoodDevice}}]}"""));
        using PlatformClient client = new(platform.BaseUrl, "agent", "hsk_token", clock);
        SenderKeys senderKeys = new(client, TimeSpan.FromHours(1), clock);
        for (int user = 0; user <= 1_000; user++)
        {
            await senderKeys.FetchAsync($"user-{user}", Unlimited);
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(1_000, senderKeys.Count);
        Assert.Null(senderKeys.FindKept("user-0"));
        Assert.NotNull(senderKeys.FindKept("user-1"));
        Assert.NotNull(senderKeys.FindKept("user-1000"));
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
    [InlineData(401, FailureKind.World)]
    [InlineData(403, FailureKind.World)]
    [InlineData(400, FailureKind.Own)]
    [InlineData(503, FailureKind.World)]
    public async Task Keys_that_are_withheld_are_trouble(int status, FailureKind kind)
    {
        (UserKeys? keys, Failure failure) = await FetchAsync(ScriptedPlatform.Status(status, """{"error":{"code":"unauthorized"}}"""));

        Assert.Null(keys);
        Assert.Equal(new Failure(kind, "unauthorized", $"the platform answered {status} unauthorized for the sender's device keys"), failure);
    }

    [Theory]
    [InlineData(404, "{}")]
    [InlineData(410, "{}")]
    [InlineData(200, """{"data":[]}""")]
    [InlineData(200, """{"data":[],"next_cursor":""}""")]
    [InlineData(200, """{"data":[{"device_id":"d"}]}""")]
    public async Task A_user_without_keys_is_trouble_first_and_then_an_unknown_sender(int status, string body)
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(ScriptedPlatform.Status(status, body));
        await using Workbench bench = await Workbench.StartAsync();
        bench.BaseUrl = platform.BaseUrl;
        DeliveryProcessor processor = bench.NewProcessor();
        Delivery delivery = bench.Text("hello");

        Failure failure = (await ProcessAsync(processor, delivery)).Failure;

        Assert.Equal((FailureKind.World, "unknown_sender", TimeSpan.FromSeconds(15)), (failure.Kind, failure.Code, failure.Wait));
        Assert.Equal(DeliveryResult.Refused("unknown_sender"), await ProcessAsync(processor, delivery, waitedSeconds: 15));
        Assert.Equal(2, platform.Requests.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"data":null}""")]
    [InlineData("""{"data":{}}""")]
    [InlineData("""{"data":[],"next_cursor":7}""")]
    [InlineData("""{"data":[],"next_cursor":"\ud800"}""")]
    [InlineData("not JSON")]
    public async Task A_list_of_another_shape_is_trouble(string body)
    {
        (_, Failure failure) = await FetchAsync(ScriptedPlatform.Status(200, body));

        Assert.Equal(new Failure(FailureKind.World, "keys_malformed", "the platform's list of device keys is not the documented JSON"), failure);
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
        SenderKeys senderKeys = new(client, TimeSpan.FromMinutes(5), clock);

        Assert.Null((await senderKeys.FetchAsync("user", Unlimited)).Keys);
        Assert.Null(senderKeys.FindKept("user"));
        Assert.NotNull((await senderKeys.FetchAsync("user", Unlimited)).Keys);
        Assert.NotNull(senderKeys.FindKept("user"));
    }

    private static TimeLimit Unlimited => new(Deadline.Never, TestContext.Current.CancellationToken);

    private static string GoodDevice =>
        $$"""{"device_id":"d","public_key":"{{Opener.PublicKey.ToBase64()}}","signing_public_key":"{{Signer.PublicKey.ToBase64()}}"}""";

    private static async Task<(UserKeys? Keys, Failure Failure)> FetchAsync(params RequestDelegate[] answers)
    {
        TestClock clock = new();
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(answers);
        using PlatformClient client = new(platform.BaseUrl, "agent", "hsk_token", clock);
        return await new SenderKeys(client, TimeSpan.FromMinutes(5), clock).FetchAsync("user", Unlimited);
    }

    private static Task<DeliveryResult> ProcessAsync(DeliveryProcessor processor, Delivery delivery, double waitedSeconds = 0) =>
        Workbench.ProcessAsync(processor, delivery, TimeSpan.FromSeconds(waitedSeconds));

    private static async Task AnswerAsync(Workbench bench, DeliveryProcessor processor) =>
        Assert.Equal(DeliveryResult.Done("replied"), await ProcessAsync(processor, bench.Text("hello")));

    private static int KeyRequests(Workbench bench) => bench.Platform.Calls.Count(static call => call.Method == "GET");
}
