using System.Collections.Concurrent;
using System.Security.Cryptography;
using Hashee.Emulator.Http;
using Hashee.Emulator.Lambda;
using Hashee.Emulator.Platform;
using Microsoft.AspNetCore.Http;

namespace Hashee.EndToEnd.Tests;

/// <summary>What operators get to see when something is not set as it should be.</summary>
[Trait("Binaries", "any")]
public class ConfigurationTests
{
    private static readonly string OtherKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public async Task With_the_wrong_decryption_key_messages_are_refused_as_undecipherable()
    {
        await using World world = await WithWorkerAsync(("HASHEE_X25519_PRIVATE_BASE64", OtherKey));
        FunctionOutput.ForbidKey(OtherKey);

        await world.SendAsync("hello");

        Assert.Equal("cannot_decrypt", (await world.ReceiveDeadLetterAsync()).Attributes["outcome"].StringValue);
        await world.EmptyQueueAsync();
        Assert.Empty(world.Platform.Messages);
    }

    [Fact]
    public async Task With_the_wrong_signing_key_the_platform_refuses_sealed_replies_and_the_message_stays()
    {
        await using World world = await WithWorkerAsync(("HASHEE_ED25519_PRIVATE_BASE64", OtherKey), ("HASHEE_REPLY", "sealed"));
        FunctionOutput.ForbidKey(OtherKey);

        await world.SendAsync("hello");
        await world.WorkerSaysAsync("the platform answered 400 invalid_request");

        await world.Batches.WaitAsync(static batch => batch.FailedMessageIds.Count == 1, world.Patience);
        Assert.Equal(1, world.Jobs.Counts.Total);
        Assert.Empty(world.Platform.Messages);
    }

    [Theory]
    [InlineData("required", "HASHEE_SENDER_SIGNATURE")]
    [InlineData("off", "the platform answered 401 unauthorized")]
    public async Task With_the_wrong_token_the_message_stays_and_the_log_says_why(string senderSignature, string reason)
    {
        string token = "hsk_" + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 40);
        FunctionOutput.Forbid(token);
        await using World world = await WithWorkerAsync(("HASHEE_AGENT_TOKEN", token), ("HASHEE_SENDER_SIGNATURE", senderSignature));

        await world.SendAsync("hello");
        await world.WorkerSaysAsync(reason);

        await world.Batches.WaitAsync(static batch => batch.FailedMessageIds.Count == 1, world.Patience);
        Assert.Equal(1, world.Jobs.Counts.Total);
        Assert.All(world.Platform.Calls.Where(static call => call.Method != "HEAD"), static call => Assert.Equal(401, call.Status));
    }

    [Fact]
    public async Task With_the_wrong_webhook_secret_calls_are_refused()
    {
        string secret = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 43);
        FunctionOutput.Forbid(secret);
        await using World world = await WithWebhookAsync(("HASHEE_WEBHOOK_SECRET", secret));

        DeliveryAttempt attempt = await world.AttemptAsync(world.Prepare("hello"));

        Assert.Equal(401, attempt.Status);
        Assert.Contains("invalid_signature", attempt.Answer, StringComparison.Ordinal);
        Assert.Equal(0, world.Jobs.Counts.Total);
    }

    [Fact]
    public async Task With_two_webhook_secrets_the_old_one_and_the_new_one_are_good()
    {
        string secrets = $"{NewSecret()}, {NewSecret()}";
        await using World world = await WithWebhookAsync(("HASHEE_WEBHOOK_SECRET", secrets));
        foreach (string secret in secrets.Split(", "))
        {
            FunctionOutput.Forbid(secret);
            world.Agent.WebhookSecret = secret;
            Assert.True((await world.AttemptAsync(world.Prepare("hello"))).IsAccepted);
        }

        static string NewSecret() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 43);
    }

    [Fact]
    public async Task A_webhook_without_its_variables_names_all_of_them_and_answers_502()
    {
        string[] names = ["HASHEE_AGENT_ID", "HASHEE_WEBHOOK_SECRET", "JOBS_QUEUE_URL"];
        await using World world = await WithWebhookAsync([.. names.Select(static name => (name, (string?)null))]);

        DeliveryAttempt attempt = await world.AttemptAsync(world.Prepare("hello"));

        Assert.Equal(502, attempt.Status);
        InitError error = await world.InitErrors.WaitAsync(static _ => true, world.Patience);
        Assert.All(names, name => Assert.Contains($"{name} is missing", error.ErrorMessage, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_without_its_variables_names_all_of_them_and_the_message_stays()
    {
        string[] names = ["HASHEE_AGENT_ID", "HASHEE_AGENT_TOKEN", "HASHEE_X25519_PRIVATE_BASE64", "HASHEE_ED25519_PRIVATE_BASE64"];
        await using World world = await WithWorkerAsync([.. names.Select(static name => (name, (string?)null))]);

        await world.SendAsync("hello");

        InitError error = await world.InitErrors.WaitAsync(static _ => true, world.Patience);
        Assert.Equal("Hashee.Host.ConfigurationException", error.ErrorType);
        Assert.All(names, name => Assert.Contains($"{name} is missing", error.ErrorMessage, StringComparison.Ordinal));
        Assert.Equal(1, world.Jobs.Counts.Total);
    }

    [Fact]
    public async Task A_webhook_with_malformed_variables_names_all_of_them_and_shows_no_value()
    {
        string[] names = ["HASHEE_WEBHOOK_SECRET", "HASHEE_WEBHOOK_SECRET_ENCODING", "JOBS_QUEUE_URL", "AWS_ENDPOINT_URL_SQS"];
        await using World world = await WithWebhookAsync([
            .. names.Select(static name => (name, (string?)$"!{FunctionOutput.Marker}")),
            ("HASHEE_WEBHOOK_SECRET", "short"),
        ]);

        await world.AttemptAsync(world.Prepare("hello"));

        InitError error = await world.InitErrors.WaitAsync(static _ => true, world.Patience);
        Assert.All(names, name => Assert.Contains($"{name} is malformed", error.ErrorMessage, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_with_malformed_variables_names_all_of_them_and_shows_no_value()
    {
        string[] names =
        [
            "HASHEE_AGENT_TOKEN", "HASHEE_X25519_PRIVATE_BASE64", "HASHEE_ED25519_PRIVATE_BASE64", "HASHEE_BASE_URL", "HASHEE_SENDER_SIGNATURE",
            "HASHEE_REPLY", "JOBS_QUEUE_URL", "JOBS_DEAD_LETTER_QUEUE_URL", "AWS_ENDPOINT_URL_SQS",
        ];
        await using World world = await WithWorkerAsync([.. names.Select(static name => (name, (string?)$"!{FunctionOutput.Marker}"))]);

        await world.SendAsync("hello");

        InitError error = await world.InitErrors.WaitAsync(static _ => true, world.Patience);
        Assert.All(names, name => Assert.Contains($"{name} is malformed", error.ErrorMessage, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_workers_secrets_come_from_where_its_variables_say()
    {
        ConcurrentQueue<string> targets = new();
        World? world = null;
        await using LoopbackServer aws = await LoopbackServer.StartAsync(async context =>
        {
            string target = context.Request.Headers["X-Amz-Target"]!;
            targets.Enqueue(target);
            await context.Response.WriteAsync(target == "AmazonSSM.GetParameter"
                ? $$$"""{"Parameter":{"Value":"{{{world!.Agent.DecryptionKeyBase64}}}"}}"""
                : $$$"""{"SecretString":"{\"token\":\"{{{world!.Agent.Token}}}\"}"}""");
        });
        await using World started = world = await WithWorkerAsync(
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", aws.Origin.GetLeftPart(UriPartial.Authority)),
            ("AWS_ENDPOINT_URL_SSM", aws.Origin.GetLeftPart(UriPartial.Authority)),
            ("HASHEE_AGENT_TOKEN", "secretsmanager:hashee#token"),
            ("HASHEE_X25519_PRIVATE_BASE64", "ssm:/hashee/key"));

        AgentMessage reply = await world.ReplyToAsync(await world.SendAsync("hello"));

        Assert.Equal(World.Echo("hello"), reply.Text);
        Assert.Equal(["AmazonSSM.GetParameter", "secretsmanager.GetSecretValue"], targets.Order(StringComparer.Ordinal));
    }

    private static Task<World> WithWorkerAsync(params ReadOnlySpan<(string Name, string? Value)> variables)
    {
        Dictionary<string, string?> environment = Environment(variables);
        return World.StartAsync(options => options with { WorkerEnvironment = environment });
    }

    private static Task<World> WithWebhookAsync(params ReadOnlySpan<(string Name, string? Value)> variables)
    {
        Dictionary<string, string?> environment = Environment(variables);
        return World.StartAsync(options => options with { WebhookEnvironment = environment });
    }

    private static Dictionary<string, string?> Environment(ReadOnlySpan<(string Name, string? Value)> variables)
    {
        Dictionary<string, string?> environment = [];
        foreach ((string name, string? value) in variables)
        {
            environment[name] = value;
        }

        return environment;
    }
}
