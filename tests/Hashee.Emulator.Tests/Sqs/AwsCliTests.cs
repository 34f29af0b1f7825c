using System.Diagnostics;
using System.Text.Json.Nodes;
using Hashee.Emulator.Sqs;

namespace Hashee.Emulator.Tests.Sqs;

/// <summary>The real AWS command line against the service: an independent client, signer and parser.</summary>
public sealed class AwsCliTests : IAsyncLifetime
{
    private SqsService _service = null!;

    public async ValueTask InitializeAsync() =>
        _service = await SqsService.StartAsync(new SqsOptions { Account = AwsAccount.CreateRandom() });

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task It_creates_sends_receives_changes_visibility_deletes_and_reads_attributes()
    {
        string url = (await RunAsync("create-queue", "--queue-name", "cli.fifo", "--attributes", "FifoQueue=true"))["QueueUrl"]!.GetValue<string>();

        JsonNode sent = await RunAsync(
            "send-message", "--queue-url", url, "--message-body", "hello", "--message-group-id", "a", "--message-deduplication-id", "1",
            "--message-attributes", "outcome={DataType=String,StringValue=malformed}");
        JsonNode received = await RunAsync(
            "receive-message", "--queue-url", url, "--attribute-names", "All", "--message-attribute-names", "All");
        JsonNode message = Assert.Single(received["Messages"]!.AsArray())!;
        string handle = message["ReceiptHandle"]!.GetValue<string>();
        Assert.Equal("hello", message["Body"]!.GetValue<string>());
        Assert.Equal("malformed", message["MessageAttributes"]!["outcome"]!["StringValue"]!.GetValue<string>());
        Assert.Equal(sent["SequenceNumber"]!.GetValue<string>(), message["Attributes"]!["SequenceNumber"]!.GetValue<string>());

        await RunAsync("change-message-visibility", "--queue-url", url, "--receipt-handle", handle, "--visibility-timeout", "600");
        JsonNode attributes = await RunAsync("get-queue-attributes", "--queue-url", url, "--attribute-names", "All");
        Assert.Equal("1", attributes["Attributes"]!["ApproximateNumberOfMessagesNotVisible"]!.GetValue<string>());

        await RunAsync("delete-message", "--queue-url", url, "--receipt-handle", handle);
        Assert.Equal(0, _service.FindQueue("cli.fifo")!.Counts.Total);
    }

    [Fact]
    public async Task It_understands_a_refusal_over_tls()
    {
        (int exitCode, _, string error) = await StartAsync(_service.Account, _service.HttpsEndpoint, "get-queue-url", "--queue-name", "missing");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("(AWS.SimpleQueueService.NonExistentQueue)", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_refused_with_a_wrong_secret()
    {
        (int exitCode, _, string error) = await StartAsync(_service.Account with { SecretAccessKey = "wrong" }, _service.HttpEndpoint, "list-queues");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("(SignatureDoesNotMatch)", error, StringComparison.Ordinal);
    }

    private async Task<JsonNode> RunAsync(params string[] arguments)
    {
        (int exitCode, string output, string error) = await StartAsync(_service.Account, _service.HttpEndpoint, arguments);
        Assert.True(exitCode == 0, error);
        return JsonNode.Parse(output.Length == 0 ? "{}" : output)!;
    }

    private async Task<(int ExitCode, string Output, string Error)> StartAsync(AwsAccount account, Uri endpoint, params string[] arguments)
    {
        string? program = Environment.GetEnvironmentVariable("PATH")?.Split(':')
            .Select(static folder => Path.Combine(folder, "aws"))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "The AWS CLI (aws) is not on PATH.");

        ProcessStartInfo start = new(program!, ["sqs", .. arguments, "--endpoint-url", endpoint.ToString(), "--output", "json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AWS_ACCESS_KEY_ID"] = account.AccessKeyId;
        start.Environment["AWS_SECRET_ACCESS_KEY"] = account.SecretAccessKey;
        start.Environment["AWS_SESSION_TOKEN"] = account.SessionToken;
        start.Environment["AWS_DEFAULT_REGION"] = account.Region;
        start.Environment["AWS_REGION"] = account.Region;
        start.Environment["AWS_MAX_ATTEMPTS"] = "1";
        start.Environment["AWS_CONFIG_FILE"] = start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null";
        start.Environment["AWS_CA_BUNDLE"] = _service.CaBundlePath;
        start.Environment["AWS_PAGER"] = string.Empty;
        start.Environment["NO_PROXY"] = "127.0.0.1,localhost";

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
