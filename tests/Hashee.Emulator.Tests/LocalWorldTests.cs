using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Hashee.Emulator.Lambda;
using Hashee.Emulator.Platform;

namespace Hashee.Emulator.Tests;

public sealed class LocalWorldTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_goes_through_both_functions_and_comes_back_as_a_reply()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        Conversation conversation = played.World.Platform.AddConversation(played.World.Agent, played.World.Platform.AddUser());

        Delivery delivery = await played.World.Platform.SendAsync(conversation, "hello", Cancellation);
        AgentMessage reply = await played.World.Platform.WaitForReplyAsync(delivery, Cancellation);

        Assert.Equal("Echo: hello", reply.Text);
        Assert.Equal(delivery.Id, Assert.Single(played.World.Sent.Entries).DeduplicationId);
    }

    [Fact]
    public async Task The_webhook_is_told_the_secret_and_the_queue_and_nothing_of_the_worker()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        LocalWorld world = played.World;

        Dictionary<string, string> variables = await StartWebhookAsync(played);

        Assert.Equal(
            new SortedDictionary<string, string>
            {
                ["HASHEE_AGENT_ID"] = world.Agent.Id,
                ["HASHEE_WEBHOOK_SECRET"] = world.Agent.WebhookSecret,
                ["JOBS_QUEUE_URL"] = "https://sqs.us-east-1.amazonaws.com/123456789012/hashee-jobs.fifo",
                ["AWS_ENDPOINT_URL_SQS"] = $"https://localhost:{world.Sqs.HttpsEndpoint.Port}",
                ["AWS_CA_BUNDLE"] = world.Sqs.CaBundlePath,
            },
            Own(variables));
    }

    [Fact]
    public async Task The_worker_is_told_the_keys_the_token_and_where_everything_is()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        LocalWorld world = played.World;
        Conversation conversation = world.Platform.AddConversation(world.Agent, world.Platform.AddUser());
        await world.Platform.SendAsync(conversation, "hello", Cancellation);
        await world.Platform.WaitForMessagesAsync(1, Cancellation);

        Assert.Equal(
            new SortedDictionary<string, string>
            {
                ["HASHEE_AGENT_ID"] = world.Agent.Id,
                ["HASHEE_AGENT_TOKEN"] = world.Agent.Token,
                ["HASHEE_X25519_PRIVATE_BASE64"] = world.Agent.DecryptionKeyBase64,
                ["HASHEE_ED25519_PRIVATE_BASE64"] = world.Agent.SigningKeyBase64,
                ["HASHEE_BASE_URL"] = $"https://localhost:{world.Platform.SecureBaseUrl.Port}",
                ["SSL_CERT_FILE"] = world.Platform.RootsPath,
                ["JOBS_QUEUE_URL"] = "https://sqs.us-east-1.amazonaws.com/123456789012/hashee-jobs.fifo",
                ["JOBS_DEAD_LETTER_QUEUE_URL"] = "https://sqs.us-east-1.amazonaws.com/123456789012/hashee-jobs-dead-letter.fifo",
                ["AWS_ENDPOINT_URL_SQS"] = $"https://localhost:{world.Sqs.HttpsEndpoint.Port}",
                ["AWS_CA_BUNDLE"] = world.Sqs.CaBundlePath,
            },
            Own(VariablesOf(played, world.Worker.Name)));
    }

    [Fact]
    public async Task The_variables_that_it_makes_itself_are_known()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        Conversation conversation = played.World.Platform.AddConversation(played.World.Agent, played.World.Platform.AddUser());
        await played.World.Platform.SendAsync(conversation, "hello", Cancellation);
        await played.World.Platform.WaitForMessagesAsync(1, Cancellation);

        IEnumerable<string> made = Own(VariablesOf(played, played.World.Webhook.Name)).Keys.Union(Own(VariablesOf(played, played.World.Worker.Name)).Keys);

        Assert.Equal(made.Order(StringComparer.Ordinal), LocalWorld.OwnVariables.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Variables_can_be_added_replaced_and_taken_away()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync(configure: static options => options with
        {
            WebhookEnvironment = new Dictionary<string, string?>
            {
                ["HASHEE_WEBHOOK_SECRET"] = "another secret",
                ["HASHEE_WEBHOOK_SECRET_ENCODING"] = "utf8",
                ["JOBS_QUEUE_URL"] = null,
            },
        });

        Dictionary<string, string> variables = await StartWebhookAsync(played);

        Assert.Equal("another secret", variables["HASHEE_WEBHOOK_SECRET"]);
        Assert.Equal("utf8", variables["HASHEE_WEBHOOK_SECRET_ENCODING"]);
        Assert.DoesNotContain("JOBS_QUEUE_URL", variables);
    }

    [Fact]
    public async Task Without_TLS_the_functions_are_sent_to_the_plain_endpoint()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync(configure: static options => options with { Tls = false });

        Dictionary<string, string> variables = await StartWebhookAsync(played);

        Assert.Equal($"http://127.0.0.1:{played.World.Sqs.HttpEndpoint.Port}", variables["AWS_ENDPOINT_URL_SQS"]);
    }

    [Fact]
    public async Task The_worker_trusts_the_roots_of_this_machine_and_one_more()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        X509Certificate2Collection roots = [];
        roots.ImportFromPemFile(played.World.Platform.RootsPath);
        X509Certificate2Collection system = [];
        system.ImportFromPem(LocalRoots.ReadSystem());

        Assert.NotEmpty(system);
        Assert.Equal([.. system.Select(static root => root.Thumbprint), roots[^1].Thumbprint], roots.Select(static root => root.Thumbprint));
        using HttpClient client = new(new SocketsHttpHandler
        {
            SslOptions =
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { roots[^1] },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });
        using HttpResponseMessage answer = await client.GetAsync(played.World.Platform.SecureBaseUrl, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task As_a_test_tool_it_tells_no_deadline_and_writes_all_names_in_camel_case()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync(configure: static options => options with { IsTestTool = true });
        Conversation conversation = played.World.Platform.AddConversation(played.World.Agent, played.World.Platform.AddUser());

        await played.World.Platform.SendAsync(conversation, "hello", Cancellation);
        await played.World.Platform.WaitForMessagesAsync(1, Cancellation);

        Assert.Equal([false, false], played.Events.Entries.Select(static @event => @event.HasDeadline));
        Assert.Equal(["records"], played.Events.Entries[1].Body.AsObject().Select(static member => member.Key));
    }

    [Fact]
    public async Task The_queues_are_those_of_the_deployment()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();

        Assert.Equal(TimeSpan.FromSeconds(360), played.World.Jobs.Settings.VisibilityTimeout);
        Assert.Equal(TimeSpan.FromDays(14), played.World.Jobs.Settings.MessageRetentionPeriod);
        Assert.Equal(TimeSpan.FromDays(14), played.World.DeadLetters.Settings.MessageRetentionPeriod);
        Assert.Equal((played.World.DeadLetters.Arn, 1000), (
            played.World.Jobs.Settings.RedrivePolicy!.DeadLetterTargetArn, played.World.Jobs.Settings.RedrivePolicy.MaxReceiveCount));
    }

    [Fact]
    public async Task No_two_worlds_share_a_secret()
    {
        await using PlayedWorld one = await PlayedWorld.StartAsync();
        await using PlayedWorld other = await PlayedWorld.StartAsync();

        Assert.Empty(Secrets(one.World).Intersect(Secrets(other.World)));
        Assert.Matches("^hsk_[0-9A-Za-z]{40}$", one.World.Agent.Token);
    }

    [Fact]
    public async Task Disposing_it_ends_the_functions_processes()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        await StartWebhookAsync(played);
        using Process process = Process.GetProcessById(Assert.Single(played.World.Webhook.Instances).ProcessId);

        await played.World.DisposeAsync();

        Assert.True(process.HasExited);
    }

    [Fact]
    public async Task A_bootstrap_that_is_not_there_is_named()
    {
        ArgumentException refusal = await Assert.ThrowsAsync<ArgumentException>(static () => LocalWorld.StartAsync(
            new LocalWorldOptions { WebhookBootstrap = "/bin/sh", WorkerBootstrap = "/nowhere/bootstrap" }));

        Assert.Contains("/nowhere/bootstrap", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_that_dies_in_INIT_is_recorded_with_its_error()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        string bootstrap = played.Script("dying", "echo last words; exit 3");
        await using LocalWorld world = await LocalWorld.StartAsync(
            new LocalWorldOptions { WebhookBootstrap = bootstrap, WorkerBootstrap = bootstrap });

        await world.Platform.AttemptAsync(world.Platform.PrepareEvent(world.Agent, "x"), Cancellation);

        InitError error = Assert.Single(world.InitErrors.Entries);
        Assert.Equal("hashee-webhook", error.FunctionName);
        Assert.Equal(["last words"], error.LastOutput);
    }

    private static async Task<Dictionary<string, string>> StartWebhookAsync(PlayedWorld played)
    {
        Conversation conversation = played.World.Platform.AddConversation(played.World.Agent, played.World.Platform.AddUser());
        Delivery delivery = played.World.Platform.Prepare(conversation, played.World.Agent.Id, "no envelope"u8);
        DeliveryAttempt attempt = await played.World.Platform.AttemptAsync(delivery, Cancellation);
        Assert.True(attempt.IsAccepted);
        return VariablesOf(played, played.World.Webhook.Name);
    }

    private static Dictionary<string, string> VariablesOf(PlayedWorld played, string function) => played.Variables.Entries
        .Where(entry => entry.Function == function)
        .Select(static entry => entry.Variable.Split('=', 2))
        .ToDictionary(static pair => pair[0], static pair => pair[1]);

    /// <summary>The variables that are not Lambda's or the shell's.</summary>
    private static SortedDictionary<string, string> Own(Dictionary<string, string> variables) => new(variables
        .Where(static pair => pair.Key.StartsWith("HASHEE_", StringComparison.Ordinal) || pair.Key.StartsWith("JOBS_", StringComparison.Ordinal)
            || pair.Key is "AWS_ENDPOINT_URL_SQS" or "AWS_CA_BUNDLE" or "SSL_CERT_FILE")
        .ToDictionary());

    private static string[] Secrets(LocalWorld world) =>
    [
        world.Agent.Token, world.Agent.WebhookSecret, world.Agent.DecryptionKeyBase64, world.Agent.SigningKeyBase64,
        world.Sqs.Account.AccessKeyId, world.Sqs.Account.SecretAccessKey, world.Agent.Id,
    ];
}
