using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hashee.Agents.Platform;
using Hashee.Emulator;
using Hashee.Host;
using Hashee.Host.Transport;
using Hashee.Testing;
using Hashee.Testing.Servers;
using Microsoft.AspNetCore.Http;

namespace Hashee.Agents.Tests;

public class PlatformClientTests
{
    private const string Token = "hsk_0123456789abcdefghijABCDEFGHIJ0123456789";

    private static readonly byte[] Body = """{"conversation_id":"c","client_message_id":"m"}"""u8.ToArray();

    private readonly TestClock _clock = new();

    private static TimeLimit Unlimited => new(Deadline.Never, TestContext.Current.CancellationToken);

    private static TimeLimit AMinute => new(Deadline.After(TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_message_is_posted_with_the_agents_token()
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(ScriptedPlatform.Status(201));

        PlatformAnswer answer = await PostAsync(platform);

        Assert.True(answer.Succeeded);
        Assert.Equal([new PlatformRequest("POST", "/agents/agent/messages", $"Bearer {Token}", Encoding.UTF8.GetString(Body))], platform.Requests);
    }

    [Fact]
    public async Task Connecting_ahead_of_time_asks_for_nothing_and_the_first_message_uses_the_connection()
    {
        using LoopbackServer server = new(static connection =>
        {
            while (connection.ReadRequest() is not null)
            {
                connection.Send("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}");
            }
        });
        using PlatformClient client = new($"http://127.0.0.1:{server.Port}", "agent", Token, TimeProvider.System);

        client.Connect(TimeSpan.FromSeconds(30));
        server.WaitForConnection();

        Assert.True((await client.PostMessageAsync(Body, Unlimited)).Succeeded);
        Assert.True((await client.PostMessageAsync(Body, Unlimited)).Succeeded);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Connecting_ahead_of_time_to_a_platform_that_is_away_changes_nothing()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string address = $"http://{listener.LocalEndpoint}";
        listener.Stop();
        using PlatformClient client = new(address, "agent", Token, _clock);
        int position = RecordedLog.Position;

        client.Connect(TimeSpan.FromSeconds(30));

        Assert.Contains("The platform is not connected ahead of time", RecordedLog.TextSince(position), StringComparison.Ordinal);
        Assert.False((await client.PostMessageAsync(Body, Unlimited)).Succeeded);
    }

    [Fact]
    public async Task Conversations_that_are_answered_at_the_same_time_do_not_wait_for_one_another()
    {
        const int conversations = 5;
        int here = 0;
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref here) == conversations)
            {
                all.SetResult();
            }

            await all.Task;
            context.Response.StatusCode = 201;
        });
        using PlatformClient client = new(platform.BaseUrl, "agent", Token, TimeProvider.System);

        PlatformAnswer[] answers = await Task.WhenAll(
            Enumerable.Range(0, conversations).Select(_ => client.PostMessageAsync(Body, Unlimited)));

        Assert.All(answers, static answer => Assert.True(answer.Succeeded));
    }

    [Theory]
    [InlineData(2048, "SHA256", true)]
    [InlineData(1024, "SHA256", false)]
    [InlineData(2048, "SHA1", false)]
    [InlineData(2048, "MD5", false)]
    public async Task The_platforms_certificate_is_held_to_what_the_queues_is(int keyBits, string hash, bool isAccepted)
    {
        X509Certificate2 certificate = WeakCertificate.Issue(["localhost"], keyBits, new HashAlgorithmName(hash), out X509Certificate2 root);

        Assert.Equal(isAccepted, await IsAcceptedAsync(certificate, root));
    }

    [Fact]
    public async Task A_platform_whose_name_stands_in_its_certificates_subject_alone_is_refused()
    {
        using CertificateAuthority root = CertificateAuthority.NewRoot();

        Assert.False(await IsAcceptedAsync(root.Issue([], subject: "localhost"), root.Certificate));
        Assert.True(await IsAcceptedAsync(root.Issue(["localhost"]), root.Certificate));
    }

    [Theory]
    [InlineData("", "/agents/agent/messages")]
    [InlineData("/", "/agents/agent/messages")]
    [InlineData("/hashee/v1", "/hashee/v1/agents/agent/messages")]
    [InlineData("/hashee/v1/", "/hashee/v1/agents/agent/messages")]
    public async Task A_path_in_the_base_URL_is_kept_as_prefix(string path, string expected)
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(ScriptedPlatform.Status(201));
        using PlatformClient client = new(platform.BaseUrl + path, "agent", Token, _clock);

        await client.PostMessageAsync(Body, Unlimited);

        Assert.Equal(expected, Assert.Single(platform.Requests).Target);
    }

    [Theory]
    [InlineData("a/b?c#d", "a%2Fb%3Fc%23d")]
    [InlineData("../../agents/x", "..%2F..%2Fagents%2Fx")]
    [InlineData("%2e%2e", "%252e%252e")]
    [InlineData("a b+c;d\\", "a%20b%2Bc%3Bd%5C")]
    [InlineData("größe", "gr%C3%B6%C3%9Fe")]
    [InlineData("...", "...")]
    public async Task Ids_are_percent_encoded(string id, string expected)
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(ScriptedPlatform.Status(200));
        using PlatformClient client = new(platform.BaseUrl, id, Token, _clock);

        await client.PostMessageAsync(Body, Unlimited);
        await client.GetDevicesAsync(id, cursor: null, Unlimited);

        Assert.Equal(
            [$"/agents/{expected}/messages", $"/keys/users/{expected}/devices"], platform.Requests.Select(static request => request.Target));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("...", true)]
    [InlineData("a.b", true)]
    public void Dots_alone_are_no_path_segment(string id, bool expected) => Assert.Equal(expected, PlatformClient.IsPathSegment(id));

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_server_error_is_tried_three_times_with_the_same_body(int status)
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(ScriptedPlatform.Status(status));

        PlatformAnswer answer = await PostAsync(platform);

        Assert.Equal($"the platform answered {status}", answer.Failure.Reason);
        Assert.Equal([0.2, 1], _clock.PauseSeconds);
        Assert.Equal(3, platform.Requests.Count);
        Assert.Single(platform.Requests.Distinct());
    }

    [Fact]
    public async Task A_try_that_succeeds_is_the_last()
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(
            ScriptedPlatform.Status(500), ScriptedPlatform.Cut(), ScriptedPlatform.Status(200));

        Assert.True((await PostAsync(platform)).Succeeded);

        Assert.Equal(3, platform.Requests.Count);
    }

    [Fact]
    public async Task A_cut_connection_is_tried_three_times()
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(ScriptedPlatform.Cut());

        PlatformAnswer answer = await PostAsync(platform);

        Assert.StartsWith("the platform could not be reached (", answer.Failure.Reason, StringComparison.Ordinal);
        Assert.Equal([0.2, 1], _clock.PauseSeconds);
        Assert.Equal(3, platform.Requests.Count);
    }

    [Fact]
    public async Task A_refused_connection_is_tried_three_times()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string closed = $"http://{listener.LocalEndpoint}";
        listener.Stop();
        using PlatformClient client = new(closed, "agent", Token, _clock);

        PlatformAnswer answer = await client.PostMessageAsync(Body, Unlimited);

        Assert.Equal($"the platform could not be reached (connecting to {closed[7..]} failed: Connection refused)", answer.Failure.Reason);
        Assert.Equal([0.2, 1], _clock.PauseSeconds);
    }

    [Fact]
    public async Task Silence_for_ten_seconds_is_tried_three_times()
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(
            ScriptedPlatform.Silence(() => _clock.Advance(TestClock.AttemptLimit)));

        PlatformAnswer answer = await PostAsync(platform);

        Assert.Equal("the platform gave no answer within 10 s", answer.Failure.Reason);
        Assert.Equal([0.2, 1], _clock.PauseSeconds);
        Assert.Equal(3, platform.Requests.Count);
    }

    [Fact]
    public async Task An_attempt_ends_with_the_callers_token()
    {
        using CancellationTokenSource deadline = new();
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(ScriptedPlatform.Silence(deadline.Cancel));

        PlatformAnswer answer = await PostAsync(platform, new TimeLimit(Deadline.Never, deadline.Token));

        Assert.Equal("the platform gave no answer before the deadline", answer.Failure.Reason);
        Assert.Single(platform.Requests);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(429)]
    public async Task A_pause_ends_with_the_callers_token(int status)
    {
        using CancellationTokenSource deadline = new();
        TestClock clock = new() { HoldsPauses = true, BeforePause = deadline.Cancel };
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(ScriptedPlatform.Status(status));
        using PlatformClient client = new(platform.BaseUrl, "agent", Token, clock);

        PlatformAnswer answer = await client.PostMessageAsync(Body, new TimeLimit(Deadline.Never, deadline.Token));

        Assert.Equal($"the platform answered {status}", answer.Failure.Reason);
        Assert.Single(platform.Requests);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(408)]
    [InlineData(409)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task A_refusal_is_not_tried_again(int status)
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(
            ScriptedPlatform.Status(status, """{"error":{"code":"not_allowed","message":"no"}}"""));

        PlatformAnswer answer = await PostAsync(platform);

        Assert.Equal((status, $"the platform answered {status} not_allowed"), (answer.Status, answer.Failure.Reason));
        Assert.Single(platform.Requests);
        Assert.Empty(_clock.Pauses);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(ScriptedPlatform.Status(status, location: "/elsewhere"));

        PlatformAnswer answer = await PostAsync(platform);

        Assert.Equal($"the platform answered {status}", answer.Failure.Reason);
        Assert.Single(platform.Requests);
    }

    [Theory]
    [InlineData("7", "{}", 7)]
    [InlineData("7", """{"retry_after":3,"error":{"params":{"retry_after":2}}}""", 7)]
    [InlineData("Fri, 15 May 2026 10:24:15 GMT", "{}", 3.877)]
    [InlineData("Fri, 15 May 2026 10:24:10 GMT", "{}", 1)]
    [InlineData(null, """{"retry_after":3,"error":{"params":{"retry_after":2}}}""", 3)]
    [InlineData(null, """{"error":{"code":"rate_limited","params":{"retry_after":2.5}}}""", 2.5)]
    [InlineData(null, """{"retry_after":"soon","error":{"params":{"retry_after":2}}}""", 2)]
    [InlineData(null, """{"retry_after":4,"error":"rate limited"}""", 4)]
    [InlineData(null, "{}", 1)]
    [InlineData(null, "not JSON", 1)]
    [InlineData(null, """{"retry_after":-1}""", 1)]
    [InlineData("0", "{}", 0.2)]
    [InlineData(null, """{"retry_after":0}""", 0.2)]
    [InlineData("2147483647", "{}", 86_400)]
    [InlineData(null, """{"retry_after":1e300}""", 86_400)]
    public async Task A_429_is_waited_for_as_long_as_it_says(string? retryAfter, string body, double seconds)
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(
            ScriptedPlatform.Status(429, body, retryAfter), ScriptedPlatform.Status(201));

        Assert.True((await PostAsync(platform)).Succeeded);

        Assert.Equal([seconds], _clock.PauseSeconds);
    }

    [Fact]
    public async Task A_429_does_not_use_up_the_tries()
    {
        RequestDelegate patience = ScriptedPlatform.Status(429, retryAfter: "2");
        RequestDelegate error = ScriptedPlatform.Status(500);
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(
            patience, error, patience, patience, error, patience, ScriptedPlatform.Status(201));

        Assert.True((await PostAsync(platform)).Succeeded);

        Assert.Equal([2, 0.2, 2, 2, 1, 2], _clock.PauseSeconds);
    }

    [Theory]
    [InlineData("3600", 3600)]
    [InlineData("2147483647", 86_400)]
    public async Task A_wait_that_would_not_end_in_time_is_not_begun_and_its_length_is_told(string retryAfter, int seconds)
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(ScriptedPlatform.Status(429, retryAfter: retryAfter));

        PlatformAnswer answer = await PostAsync(platform, AMinute);

        Assert.Equal(TimeSpan.FromSeconds(seconds), answer.Failure.Wait);
        Assert.Empty(_clock.Pauses);
        Assert.Single(platform.Requests);
    }

    [Fact]
    public async Task A_server_error_is_not_waited_for_when_the_time_is_over()
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(ScriptedPlatform.Status(500));

        PlatformAnswer answer = await PostAsync(platform, new TimeLimit(default, TestContext.Current.CancellationToken));

        Assert.Equal((500, null), (answer.Status, answer.Failure.Wait));
        Assert.Empty(_clock.Pauses);
        Assert.Single(platform.Requests);
    }

    [Fact]
    public async Task A_server_that_asks_for_more_time_than_a_try_gets_it()
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(
            ScriptedPlatform.Status(503, retryAfter: "7"), ScriptedPlatform.Status(503, retryAfter: "90"));

        PlatformAnswer answer = await PostAsync(platform, AMinute);

        Assert.Equal(TimeSpan.FromSeconds(90), answer.Failure.Wait);
        Assert.Equal([7], _clock.PauseSeconds);
    }

    [Theory]
    [InlineData(307, null, FailureKind.World, "platform_307")]
    [InlineData(400, null, FailureKind.Own, "platform_400")]
    [InlineData(400, "invalid_request", FailureKind.Own, "invalid_request")]
    [InlineData(401, "unauthorized", FailureKind.World, "unauthorized")]
    [InlineData(403, null, FailureKind.World, "platform_403")]
    [InlineData(403, "forbidden", FailureKind.Own, "forbidden")]
    [InlineData(403, "token_revoked", FailureKind.Own, "token_revoked")]
    [InlineData(403, "RELATION_REVOKED", FailureKind.Final, "RELATION_REVOKED")]
    [InlineData(403, "relation_terminated", FailureKind.Final, "relation_terminated")]
    [InlineData(403, "relation_not_found", FailureKind.Final, "relation_not_found")]
    [InlineData(403, "RELATION_SUSPENDED", FailureKind.Own, "RELATION_SUSPENDED")]
    [InlineData(403, "blocked_by_user", FailureKind.Final, "blocked_by_user")]
    [InlineData(403, "ip_blocked", FailureKind.Own, "ip_blocked")]
    [InlineData(404, "conversation_not_found", FailureKind.Final, "conversation_not_found")]
    [InlineData(408, null, FailureKind.World, "platform_408")]
    [InlineData(409, null, FailureKind.Own, "platform_409")]
    [InlineData(410, null, FailureKind.Final, "platform_410")]
    [InlineData(413, null, FailureKind.Own, "platform_413")]
    [InlineData(422, "a secret, perhaps", FailureKind.Own, "platform_422")]
    [InlineData(500, "internal_error", FailureKind.World, "internal_error")]
    [InlineData(503, null, FailureKind.World, "platform_503")]
    public async Task A_failure_says_whose_it_is_and_has_a_code(int status, string? code, FailureKind kind, string expected)
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(
            ScriptedPlatform.Status(status, code is null ? "" : $$$"""{"error":{"code":"{{{code}}}"}}"""));

        Failure failure = (await PostAsync(platform)).Failure;

        Assert.Equal((kind, expected), (failure.Kind, failure.Code));
    }

    [Fact]
    public async Task A_limit_and_a_lost_connection_are_the_worlds()
    {
        await using ScriptedPlatform limited = await ScriptedPlatform.StartAsync(ScriptedPlatform.Status(429, retryAfter: "61"));
        await using ScriptedPlatform cut = await ScriptedPlatform.StartAsync(ScriptedPlatform.Cut());
        using CancellationTokenSource deadline = new();
        await using ScriptedPlatform silent = await ScriptedPlatform.StartAsync(ScriptedPlatform.Silence(deadline.Cancel));

        Failure[] failures =
        [
            (await PostAsync(limited, AMinute)).Failure,
            (await PostAsync(cut)).Failure,
            (await PostAsync(silent, new TimeLimit(Deadline.Never, deadline.Token))).Failure,
        ];

        Assert.Equal(["platform_429", "platform_unreachable", "no_time"], failures.Select(static failure => failure.Code));
        Assert.All(failures, static failure => Assert.Equal(FailureKind.World, failure.Kind));
    }

    [Fact]
    public async Task A_page_is_asked_for_with_the_cursor_of_the_one_before()
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(ScriptedPlatform.Status(200));
        using PlatformClient client = new(platform.BaseUrl, "agent", Token, _clock);

        await client.GetDevicesAsync("user", "a+b /&=", Unlimited);

        Assert.Equal("/keys/users/user/devices?cursor=a%2Bb%20%2F%26%3D", Assert.Single(platform.Requests).Target);
    }

    [Fact]
    public void An_answer_that_was_never_given_is_no_success() => Assert.False(default(PlatformAnswer).Succeeded);

    [Theory]
    [InlineData("""{"error":{"code":"conversation_not_found"}}""", " conversation_not_found")]
    [InlineData("""{"error":{"code":"E_42"}}""", " E_42")]
    [InlineData("""{"error":{"code":"a secret, perhaps"}}""", "")]
    [InlineData("""{"error":{"code":"with\nnewline"}}""", "")]
    [InlineData("""{"error":{"code":"größe"}}""", "")]
    [InlineData("""{"error":{"code":""}}""", "")]
    [InlineData("""{"error":{"code":"\ud800"}}""", "")]
    [InlineData("""{"error":{"code":42}}""", "")]
    [InlineData("""{"error":"not_an_object"}""", "")]
    [InlineData("""["error"]""", "")]
    [InlineData("<html>", "")]
    [InlineData("", "")]
    public async Task A_code_is_named_only_if_it_looks_like_one(string body, string expected)
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(ScriptedPlatform.Status(400, body));

        Assert.Equal($"the platform answered 400{expected}", (await PostAsync(platform)).Failure.Reason);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public async Task A_code_has_at_most_64_characters(int length, bool expected)
    {
        string code = new('x', length);
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(
            ScriptedPlatform.Status(400, $$$"""{"error":{"code":"{{{code}}}"}}"""));

        Assert.Equal(expected, (await PostAsync(platform)).Failure.Reason.EndsWith(code, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_over_a_megabyte_is_not_read()
    {
        await using ScriptedPlatform platform = await ScriptedPlatform.StartAsync(ScriptedPlatform.Status(200, new string(' ', 1_048_577)));

        Assert.Equal("the platform could not be reached (the answer has more than 1048576 bytes)", (await PostAsync(platform)).Failure.Reason);
    }

    private async Task<bool> IsAcceptedAsync(X509Certificate2 certificate, X509Certificate2 root)
    {
        string bundle = Path.GetTempFileName();
        await File.WriteAllTextAsync(bundle, root.ExportCertificatePem(), TestContext.Current.CancellationToken);
        int requests = 0;
        using LoopbackServer server = new(TlsScript.Over(TlsScript.Options(certificate), connection =>
        {
            while (connection.ReadRequest() is not null)
            {
                requests++;
                connection.Send("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}");
            }
        }));
        using PlatformClient client = new($"https://localhost:{server.Port}", "agent", Token, _clock, new BundleTrust(bundle, "a test's bundle"));

        PlatformAnswer answer = await client.PostMessageAsync(Body, Unlimited);
        File.Delete(bundle);

        Assert.Equal(answer.Succeeded ? 1 : 0, requests);
        Assert.True(answer.Succeeded || answer.Failure.Reason.Contains("was refused", StringComparison.Ordinal), answer.Failure.Reason);
        return answer.Succeeded;
    }

    private async Task<PlatformAnswer> PostAsync(ScriptedPlatform platform, TimeLimit? limit = null)
    {
        using PlatformClient client = new(platform.BaseUrl, "agent", Token, _clock);
        return await client.PostMessageAsync(Body, limit ?? Unlimited);
    }
}
