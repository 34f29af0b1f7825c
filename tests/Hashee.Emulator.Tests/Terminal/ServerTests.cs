using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Hashee.Emulator.Platform;
using Hashee.Emulator.Sqs;
using Hashee.Emulator.Terminal;
using Hashee.Protocol;

namespace Hashee.Emulator.Tests.Terminal;

public sealed partial class ServerTests : IAsyncDisposable
{
    private const string LastLine = "Ctrl+C stops it.";

    private readonly StringWriter _errors = new();
    private readonly TaskCompletionSource<string> _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new();
    private Task _server = Task.CompletedTask;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_line_to_copy_sends_a_message_and_gets_the_reply()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        Uri url = SendUrl(await StartAsync(played.World));

        (HttpStatusCode Status, string Text) answer = await SendAsync(url, "hello, \"you\" [x] ä");

        Assert.Equal((HttpStatusCode.OK, "Echo: hello, \"you\" [x] ä\n"), answer);
    }

    [Fact]
    public async Task Without_a_reply_the_answer_says_why_and_so_does_the_terminal()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        played.Trouble = static (_, messageId) =>
            $$"""{"level":"WARN","message":"The agent failed.","messageId":"{{messageId}}","errorType":"System.FormatException","errorMessage":"no number"}""";
        Uri url = SendUrl(await StartAsync(played.World));

        (HttpStatusCode Status, string Text) answer = await SendAsync(url, "hello");

        const string why = "The agent failed.\n  System.FormatException: no number\n";
        Assert.Equal((HttpStatusCode.BadGateway, why + "The message is still in the queue, to be tried again.\n"), answer);
        Assert.Equal($"hashee-worker: {why}", _errors.ToString());
    }

    [Fact]
    public async Task What_is_to_be_copied_is_not_broken_into_lines()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();

        string[] lines = (await StartAsync(played.World, width: 20)).Split('\n');

        Assert.Single(lines, static line => CurlLine().IsMatch(line + "\n"));
        Assert.Contains($"  aws sqs list-queues --region us-east-1 --endpoint-url http://127.0.0.1:{played.World.Sqs.HttpEndpoint.Port}", lines);
        Assert.Contains(lines, line => line == $"AWS_CA_BUNDLE  {played.World.Sqs.CaBundlePath}");
        Assert.Contains(lines, static line => line.StartsWith("Model          echo; ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line == $"Function URL   http://127.0.0.1:{played.World.Agent.WebhookUrl!.Port}");
    }

    [Fact]
    public async Task It_says_which_clients_its_queues_understand()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();

        Assert.Contains(SqsService.Clients, await StartAsync(played.World), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_in_files_that_only_their_owner_can_read_and_not_on_the_terminal()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        LocalWorld world = played.World;
        string said = await StartAsync(world);

        Dictionary<string, string> secrets = ReadFile(PathAfter(said, "cat "))
            .ToDictionary(static line => line.Split('=', 2)[0], static line => line.Split('=', 2)[1]);
        string[] credentials = ReadFile(PathAfter(said, "export AWS_SHARED_CREDENTIALS_FILE="));

        Assert.Equal(world.Agent.WebhookSecret, secrets["HASHEE_WEBHOOK_SECRET"]);
        Assert.Equal(world.Agent.Token, secrets["HASHEE_AGENT_TOKEN"]);
        Assert.Equal(world.Agent.DecryptionKeyBase64, secrets["HASHEE_X25519_PRIVATE_BASE64"]);
        Assert.Equal(world.Agent.SigningKeyBase64, secrets["HASHEE_ED25519_PRIVATE_BASE64"]);
        User user = world.Platform.FindUser(secrets["LOCAL_USER_ID"])!;
        Assert.Same(user, Assert.Single(world.Platform.FindConversation(secrets["LOCAL_CONVERSATION_ID"])!.Users));
        Assert.True(X25519PrivateKey.TryImportBase64(secrets["LOCAL_USER_X25519_PRIVATE_BASE64"], out X25519PrivateKey? decryption));
        Assert.True(Ed25519PrivateKey.TryImportBase64(secrets["LOCAL_USER_ED25519_PRIVATE_BASE64"], out Ed25519PrivateKey? signing));
        Assert.Equal((user.Devices[0].DecryptionKey.PublicKey, user.Devices[0].SigningKey.PublicKey), (decryption.PublicKey, signing.PublicKey));
        AwsAccount account = world.Sqs.Account;
        Assert.Equal(
            [
                "[default]", $"aws_access_key_id = {account.AccessKeyId}", $"aws_secret_access_key = {account.SecretAccessKey}",
                $"aws_session_token = {account.SessionToken}",
            ],
            credentials);
        string[] values = [.. secrets.Where(static pair => SecretName().IsMatch(pair.Key)).Select(static pair => pair.Value)];
        Assert.Equal(6, values.Length);
        Assert.All([.. values, account.SecretAccessKey, account.SessionToken!], value => Assert.DoesNotContain(value, said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_files_are_gone_when_it_has_stopped()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        string secrets = PathAfter(await StartAsync(played.World), "cat ");

        await _stop.CancelAsync();
        await _server;

        Assert.False(Path.Exists(Path.GetDirectoryName(secrets)));
    }

    [Theory]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Host", "evil.example", 403)]
    [InlineData("Host", "localhost", 403)]
    public async Task A_page_that_a_browser_shows_cannot_send_anything(string header, string value, int status)
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Post, SendUrl(await StartAsync(played.World)));
        request.Content = new StringContent("hello");
        request.Headers.Add(header, value);

        using HttpResponseMessage response = await _http.SendAsync(request, Cancellation);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Empty(played.Opened.Entries);
    }

    [Theory]
    [InlineData("GET", "/send", "", 405)]
    [InlineData("POST", "/", "hello", 404)]
    [InlineData("POST", "/send", "", 400)]
    public async Task Anything_but_a_text_that_is_posted_is_refused(string method, string path, string text, int status)
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        using HttpRequestMessage request = new(new HttpMethod(method), new Uri(SendUrl(await StartAsync(played.World)), path));
        request.Content = text.Length > 0 ? new StringContent(text) : null;

        using HttpResponseMessage response = await _http.SendAsync(request, Cancellation);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_text_that_is_too_large_is_refused()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        Uri url = SendUrl(await StartAsync(played.World));

        (HttpStatusCode Status, string Text) answer = await SendAsync(url, new string('x', 1_048_577));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _server;
        _http.Dispose();
        _errors.Dispose();
        _stop.Dispose();
    }

    /// <returns>All that it says.</returns>
    private Task<string> StartAsync(LocalWorld world, int width = 80)
    {
        SaidWriter output = new(_said);
        Spectre.Console.IAnsiConsole console = Consoles.CreatePlain(output);
        console.Profile.Width = width;
        _server = Server.RunAsync(world, console, _errors, _stop.Token);
        return _said.Task.WaitAsync(Cancellation);
    }

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(Uri url, string text)
    {
        using StringContent content = new(text);
        using HttpResponseMessage response = await _http.PostAsync(url, content, Cancellation);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    private static Uri SendUrl(string said) => new(CurlLine().Match(said).Groups[1].Value);

    private static string PathAfter(string said, string mark) => said[(said.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..].Split('\n')[0];

    private static string[] ReadFile(string path)
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            new DirectoryInfo(Path.GetDirectoryName(path)!).UnixFileMode);
        return File.ReadAllLines(path);
    }

    [GeneratedRegex("  curl --data-binary hello (http://127\\.0\\.0\\.1:[0-9]+/send)\n")]
    private static partial Regex CurlLine();

    [GeneratedRegex("(TOKEN|SECRET|BASE64)$")]
    private static partial Regex SecretName();

    /// <summary>Collects what is written until the last line is there.</summary>
    private sealed class SaidWriter(TaskCompletionSource<string> said) : StringWriter
    {
        public override void Flush()
        {
            base.Flush();
            Look();
        }

        public override void Write(char value)
        {
            base.Write(value);
            Look();
        }

        public override void Write(string? value)
        {
            base.Write(value);
            Look();
        }

        public override Encoding Encoding => Encoding.UTF8;

        private void Look()
        {
            string text = ToString();
            if (text.Contains(LastLine, StringComparison.Ordinal))
            {
                said.TrySetResult(text);
            }
        }
    }
}
