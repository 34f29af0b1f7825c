using System.Globalization;
using System.Text;
using Hashee.Aws.Tests.Sqs;
using Hashee.Emulator;
using Hashee.Host;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests.Http;

public sealed class AwsClientTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private const string Throttled = """{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"a secret"}""";

    private readonly List<HttpMessage> _requests = [];

    private static TimeLimit Soon => AwsTest.Soon;

    [Fact]
    public async Task A_call_is_sent_signed_and_its_answer_comes_whole()
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, Ok));
        using AwsClient client = AwsTest.NewClient(server.Port, sessionToken: SqsTest.SessionToken);

        AwsReply reply = await client.SendAsync(new AwsCall("POST", "/a%20b", "c=d") { Body = "body"u8.ToArray() }.With("X-Amz-Target", "T"), Soon);

        Assert.Equal(new AwsOutcome(AwsOutcomeKind.Accepted, "", 200, ""), reply.Outcome);
        Assert.Equal("hello"u8, reply.Body);
        HttpMessage request = Assert.Single(_requests);
        Assert.Equal(("POST /a%20b?c=d HTTP/1.1", "body"), (request.StartLine, request.Text));
        Assert.Equal(SqsTest.SessionToken, request.Headers["X-Amz-Security-Token"]);
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/", request.Headers["Authorization"], StringComparison.Ordinal);
        Assert.Contains(
            "/eu-west-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token;x-amz-target, ",
            request.Headers["Authorization"],
            StringComparison.Ordinal);
        Assert.DoesNotContain("X-Amz-Content-Sha256", request.Headers.Keys);
    }

    [Fact]
    public async Task A_bearer_token_takes_the_place_of_a_signature()
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, Ok));
        using AwsClient client = AwsTest.NewClient(server.Port, bearer: "key", sessionToken: "token");

        Assert.True((await client.SendAsync(new AwsCall("GET", "/"), Soon)).Outcome.IsAccepted);

        Assert.Equal(["Host", "Authorization"], _requests[0].Headers.Keys);
        Assert.Equal("Bearer key", _requests[0].Headers["Authorization"]);
    }

    [Theory]
    [InlineData(400, """{"__type":"a#ValidationException","message":"a secret"}""", "", AwsOutcomeKind.Refused, "ValidationException", 1)]
    [InlineData(403, "", "x-amzn-ErrorType: AccessDeniedException:http://x/\r\n", AwsOutcomeKind.Refused, "AccessDeniedException", 1)]
    [InlineData(404, """{"__type":"ResourceNotFoundException"}""", "", AwsOutcomeKind.Refused, "ResourceNotFoundException", 1)]
    [InlineData(404, "<html>", "", AwsOutcomeKind.Refused, "", 1)]
    [InlineData(400, """{"__type":"a#ConditionalCheckFailedException"}""", "", AwsOutcomeKind.ConditionFailed, "ConditionalCheckFailedException", 1)]
    [InlineData(412, "", "", AwsOutcomeKind.ConditionFailed, "", 1)]
    [InlineData(301, "", "Location: http://elsewhere/\r\n", AwsOutcomeKind.Refused, "", 1)]
    [InlineData(400, """{"__type":"bad code 'with' a text"}""", "", AwsOutcomeKind.Refused, "", 1)]
    [InlineData(400, """{"__type":"a-hyphen"}""", "", AwsOutcomeKind.Refused, "", 1)]
    [InlineData(400, """{"__type":"Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", "", AwsOutcomeKind.Refused, "", 1)]
    [InlineData(400, Throttled, "", AwsOutcomeKind.Unavailable, "ProvisionedThroughputExceededException", 4)]
    [InlineData(429, "", "", AwsOutcomeKind.Unavailable, "", 4)]
    [InlineData(503, "", "", AwsOutcomeKind.Unavailable, "", 2)]
    [InlineData(500, "{", "", AwsOutcomeKind.Unavailable, "", 2)]
    [InlineData(408, "", "", AwsOutcomeKind.Unavailable, "", 2)]
    internal async Task A_refusal_is_an_outcome_and_trouble_is_tried_again(
        int status, string body, string headers, AwsOutcomeKind kind, string code, int tries)
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(status, body, headers)));
        using AwsClient client = AwsTest.NewClient(server.Port);

        AwsReply reply = await client.SendAsync(new AwsCall("GET", "/"), Soon);

        Assert.Equal(new AwsOutcome(kind, $"HTTP {status} {code}".TrimEnd(), status, code), reply.Outcome);
        Assert.Equal(tries, _requests.Count);
    }

    [Theory]
    [InlineData("GET", AwsOutcomeKind.NotFound, "<Error><Code>NoSuchKey</Code><Message>a secret</Message></Error>", "NoSuchKey")]
    [InlineData("GET", AwsOutcomeKind.Refused, "<Error><Code>NoSuchBucket</Code></Error>", "NoSuchBucket")]
    [InlineData("GET", AwsOutcomeKind.Refused, "", "")]
    [InlineData("GET", AwsOutcomeKind.Refused, "<Code>", "")]
    [InlineData("GET", AwsOutcomeKind.Refused, "<Error><Code>a <b> c</Code></Error>", "")]
    [InlineData("GET", AwsOutcomeKind.Refused, """{"__type":"NoSuchKey"}""", "")]
    [InlineData("HEAD", AwsOutcomeKind.NotFound, "", "")]
    internal async Task S3_says_what_it_does_not_have(string method, AwsOutcomeKind kind, string body, string code)
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(404, body)));
        using AwsClient client = AwsTest.NewClient(server.Port, "s3");

        AwsReply reply = await client.SendAsync(new AwsCall(method, "/"), Soon);

        Assert.Equal((kind, code), (reply.Outcome.Kind, reply.Outcome.Code));
        Assert.Single(_requests);
    }

    [Fact]
    public async Task What_may_have_been_done_is_not_done_again()
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(500, "")));
        using AwsClient client = AwsTest.NewClient(server.Port);

        Assert.Equal(AwsOutcomeKind.Unavailable, (await client.SendAsync(new AwsCall("POST", "/"), Soon)).Outcome.Kind);
        Assert.Single(_requests);
    }

    [Fact]
    public async Task What_was_sent_over_a_connection_that_broke_is_not_sent_again()
    {
        using LoopbackServer server = new(connection => _requests.Add(connection.ReadRequest()!));
        using AwsClient client = AwsTest.NewClient(server.Port);

        AwsReply reply = await client.SendAsync(new AwsCall("POST", "/") { Body = new byte[10] }, Soon);

        Assert.Equal(AwsOutcome.Unavailable("the server closed the connection"), reply.Outcome);
        Assert.Single(_requests);
    }

    [Fact]
    public async Task A_request_that_was_not_sent_may_always_be_tried_again()
    {
        LoopbackServer server = new(AwsTest.Answer(_requests, Ok));
        server.Dispose();
        int signed = 0;
        using AwsClient client = AwsTest.NewClient(server.Port, clock: () =>
        {
            signed++;
            return DateTimeOffset.UtcNow;
        });

        AwsReply reply = await client.SendAsync(new AwsCall("POST", "/"), Soon);

        Assert.Equal((AwsOutcomeKind.Unavailable, 2), (reply.Outcome.Kind, signed));
        Assert.StartsWith("connecting to 127.0.0.1:", reply.Outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_limits_its_callers_gets_the_request_once_more_though_it_may_not_be_repeated()
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(400, Throttled), Ok));
        using AwsClient client = AwsTest.NewClient(server.Port);

        Assert.True((await client.SendAsync(new AwsCall("POST", "/"), Soon)).Outcome.IsAccepted);
        Assert.Equal(2, _requests.Count);
    }

    [Theory]
    [InlineData("Retry-After: 3600\r\n", 3600)]
    [InlineData("Retry-After: 6\r\n", 6)]
    public async Task A_long_wait_is_the_callers_to_decide(string header, int seconds)
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(429, "", header)));
        using AwsClient client = AwsTest.NewClient(server.Port);

        AwsReply reply = await client.SendAsync(new AwsCall("GET", "/"), Soon);

        Assert.Equal(TimeSpan.FromSeconds(seconds), reply.Wait);
        Assert.Single(_requests);
    }

    [Fact]
    public async Task A_wait_may_be_asked_for_as_a_date()
    {
        DateTimeOffset now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
        using LoopbackServer server = new(AwsTest.Answer(
            _requests,
            AwsTest.Response(429, "", $"Retry-After: {now.AddSeconds(90):r}\r\n"),
            AwsTest.Response(400, "", $"Retry-After: {now.AddSeconds(-1):r}\r\n"),
            AwsTest.Response(400, "", "Retry-After: soon\r\n")));
        using AwsClient client = AwsTest.NewClient(server.Port, clock: () => now);

        Assert.Equal(TimeSpan.FromSeconds(90), (await client.SendAsync(new AwsCall("GET", "/"), Soon)).Wait);
        Assert.Null((await client.SendAsync(new AwsCall("GET", "/"), Soon)).Wait);
        Assert.Null((await client.SendAsync(new AwsCall("GET", "/"), Soon)).Wait);
    }

    [Fact]
    public async Task A_connection_made_ahead_of_time_is_used()
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, Ok));
        using AwsClient client = AwsTest.NewClient(server.Port);

        client.Connect(TimeSpan.FromMinutes(1));
        server.WaitForConnection();

        Assert.True((await client.SendAsync(new AwsCall("GET", "/"), Soon)).Outcome.IsAccepted);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public void A_connection_that_cannot_be_made_ahead_of_time_is_no_failure()
    {
        LoopbackServer server = new(AwsTest.Answer(_requests, Ok));
        server.Dispose();
        using AwsClient client = AwsTest.NewClient(server.Port);

        client.Connect(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_wait_that_cannot_end_in_time_is_not_begun()
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(503, "", "Retry-After: 4\r\n")));
        using AwsClient client = AwsTest.NewClient(server.Port);
        TimeLimit limit = new(Deadline.After(TimeSpan.FromSeconds(3.9)), TestContext.Current.CancellationToken);

        Assert.Equal(TimeSpan.FromSeconds(4), (await client.SendAsync(new AwsCall("GET", "/"), limit)).Wait);
        Assert.False(limit.HasPassed);
        Assert.Single(_requests);
    }

    [Fact]
    public async Task One_try_can_be_all_there_is()
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(429, "")));
        using AwsClient client = AwsTest.NewClient(server.Port);

        await client.SendAsync(new AwsCall("GET", "/") { Attempts = 1 }, Soon);

        Assert.Single(_requests);
    }

    [Fact]
    public async Task An_attempt_has_a_limit_of_its_own()
    {
        using LoopbackServer server = new(static connection => connection.Stall(), AwsTest.Answer(_requests, Ok));
        using AwsClient client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port), "dynamodb") { AttemptLimit = TimeSpan.FromMilliseconds(300) };

        // The server's one thread is free for another connection when the first one is closed.
        Assert.True((await client.SendAsync(new AwsCall("GET", "/") { Attempts = 50 }, Soon)).Outcome.IsAccepted);
    }

    [Fact]
    public async Task A_passed_deadline_sends_nothing()
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, Ok));
        using AwsClient client = AwsTest.NewClient(server.Port);

        AwsReply reply = await client.SendAsync(new AwsCall("GET", "/"), default);

        Assert.Equal(AwsOutcome.Unavailable("the time limit was reached"), reply.Outcome);
        Assert.Equal(0, server.Connections);
    }

    /// <summary>The token of a time limit is cancelled at the deadline too, and either may be seen first.</summary>
    [Fact]
    public async Task A_deadline_is_an_outcome_though_its_token_is_cancelled_then()
    {
        using CancellationTokenSource end = new();
        Deadline deadline = Deadline.After(TimeSpan.FromMilliseconds(200));
        using LoopbackServer server = new(connection =>
        {
            connection.ReadRequest();
            SpinWait.SpinUntil(() => deadline.HasPassed);
            end.Cancel();
            connection.Stall();
        });
        using AwsClient client = AwsTest.NewClient(server.Port);
        TimeLimit passed = new(default, new CancellationToken(canceled: true));

        Assert.Equal(
            AwsOutcomeKind.Unavailable, (await client.SendAsync(new AwsCall("GET", "/"), new TimeLimit(deadline, end.Token))).Outcome.Kind);
        Assert.Equal(
            AwsOutcome.Unavailable("the time limit was reached"), (await client.SendAsync(new AwsCall("GET", "/"), passed)).Outcome);
    }

    [Fact]
    public async Task A_token_ends_a_call_at_once()
    {
        using CancellationTokenSource end = new();
        using LoopbackServer server = new(connection =>
        {
            connection.ReadRequest();
            end.Cancel();
            connection.Stall();
        });
        using AwsClient client = AwsTest.NewClient(server.Port);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await client.SendAsync(new AwsCall("GET", "/"), new TimeLimit(Deadline.Never, end.Token)));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("")]
    public async Task A_broken_answer_is_an_outcome(string answer)
    {
        using LoopbackServer server = new(connection =>
        {
            _requests.Add(connection.ReadRequest()!);
            connection.Send(answer);
        });
        using AwsClient client = AwsTest.NewClient(server.Port);

        AwsReply reply = await client.SendAsync(new AwsCall("GET", "/"), Soon);

        Assert.Equal((AwsOutcomeKind.Unavailable, 0), (reply.Outcome.Kind, reply.Outcome.HttpStatus));
        Assert.NotEqual("", reply.Outcome.Reason);
        Assert.Empty(reply.Body);
        Assert.Equal(2, _requests.Count);
    }

    [Fact]
    public async Task An_endless_answer_is_not_read()
    {
        using LoopbackServer server = new(static connection =>
        {
            connection.ReadRequest();
            connection.Send("HTTP/1.1 200 OK\r\n\r\n");
            byte[] piece = new byte[10_000];
            while (true)
            {
                connection.Send(piece);
            }
        });
        using AwsClient client = AwsTest.NewClient(server.Port);

        AwsReply reply = await client.SendAsync(new AwsCall("GET", "/"), Soon);

        Assert.Equal(AwsOutcome.Unavailable("the answer has more than 65536 bytes"), reply.Outcome);
    }

    [Fact]
    public async Task An_endless_error_is_known_by_its_status()
    {
        using LoopbackServer server = new(static connection =>
        {
            connection.ReadRequest();
            connection.Send("HTTP/1.1 403 No\r\nx-amzn-errortype: AccessDenied\r\n\r\n");
            byte[] piece = new byte[10_000];
            while (true)
            {
                connection.Send(piece);
            }
        });
        using AwsClient client = AwsTest.NewClient(server.Port);

        Assert.Equal(
            new AwsOutcome(AwsOutcomeKind.Refused, "HTTP 403 AccessDenied", 403, "AccessDenied"),
            (await client.SendAsync(new AwsCall("GET", "/"), Soon)).Outcome);
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(1000)]
    public async Task A_signature_refused_for_the_clock_is_made_again_with_the_services(int minutesAhead)
    {
        using LoopbackServer server = new(connection =>
        {
            while (connection.ReadRequest() is { } request)
            {
                _requests.Add(request);
                DateTimeOffset signed = DateTimeOffset.ParseExact(
                    request.Headers["X-Amz-Date"], "yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
                connection.Send((signed - DateTimeOffset.UtcNow).Duration() < TimeSpan.FromMinutes(5)
                    ? Ok
                    : AwsTest.Response(403, "<Error><Code>RequestTimeTooSkewed</Code></Error>", $"Date: {DateTimeOffset.UtcNow:r}\r\n"));
            }
        });
        using AwsClient client = AwsTest.NewClient(server.Port, "s3", clock: () => DateTimeOffset.UtcNow.AddMinutes(minutesAhead));
        AwsCall call = new("POST", "/") { Attempts = 1 };

        Assert.True((await client.SendAsync(call, Soon)).Outcome.IsAccepted);
        Assert.Equal(2, _requests.Count);

        // What was learnt is kept.
        Assert.True((await client.SendAsync(call, Soon)).Outcome.IsAccepted);
        Assert.Equal(3, _requests.Count);
    }

    [Fact]
    public async Task Calls_at_the_same_time_learn_the_time_once()
    {
        using CountdownEvent bothAreHere = new(2);
        using LoopbackServer server = LoopbackServer.Concurrent(connection =>
        {
            while (connection.ReadRequest() is { } request)
            {
                DateTimeOffset signed = DateTimeOffset.ParseExact(
                    request.Headers["X-Amz-Date"], "yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
                bool isRight = (signed - DateTimeOffset.UtcNow).Duration() < TimeSpan.FromMinutes(5);
                if (!isRight)
                {
                    _requests.Add(request);
                    bothAreHere.Signal();
                    bothAreHere.Wait(TestContext.Current.CancellationToken);
                }

                connection.Send(isRight
                    ? Ok
                    : AwsTest.Response(403, "<Error><Code>RequestTimeTooSkewed</Code></Error>", $"Date: {DateTimeOffset.UtcNow:r}\r\n"));
            }
        });
        using AwsClient client = AwsTest.NewClient(server.Port, "s3", clock: static () => DateTimeOffset.UtcNow.AddMinutes(-60));

        AwsReply[] replies = await Task.WhenAll(
            client.SendAsync(new AwsCall("POST", "/") { Attempts = 1 }, Soon).AsTask(),
            client.SendAsync(new AwsCall("POST", "/") { Attempts = 1 }, Soon).AsTask());

        Assert.All(replies, static reply => Assert.True(reply.Outcome.IsAccepted));
        Assert.Equal(2, _requests.Count);
    }

    [Fact]
    public async Task A_signature_is_made_again_only_once()
    {
        int hours = 0;
        using LoopbackServer server = new(connection =>
        {
            while (connection.ReadRequest() is { } request)
            {
                _requests.Add(request);
                connection.Send(AwsTest.Response(
                    403, """{"__type":"SignatureDoesNotMatch"}""", $"Date: {DateTimeOffset.UtcNow.AddHours(++hours):r}\r\n"));
            }
        });
        using AwsClient client = AwsTest.NewClient(server.Port);

        Assert.Equal(AwsOutcomeKind.Refused, (await client.SendAsync(new AwsCall("GET", "/"), Soon)).Outcome.Kind);
        Assert.Equal(2, _requests.Count);
    }

    [Fact]
    public async Task A_file_is_sent_again_from_its_beginning()
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(503, "<Error><Code>SlowDown</Code></Error>"), Ok));
        using AwsClient client = AwsTest.NewClient(server.Port, "s3");
        using MemoryStream file = new("0123456789"u8.ToArray()) { Position = 4 };

        AwsReply reply = await client.SendAsync(new AwsCall("PUT", "/") { BodyStream = file, BodyLength = 6 }, Soon);

        Assert.True(reply.Outcome.IsAccepted);
        Assert.Equal(["456789", "456789"], _requests.Select(static request => request.Text));
        Assert.Equal("UNSIGNED-PAYLOAD", _requests[0].Headers["X-Amz-Content-Sha256"]);
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_is_an_outcome()
    {
        using LoopbackServer server = new(static connection => connection.Stall());
        using AwsClient client = AwsTest.NewClient(server.Port, "s3");

        AwsReply reply = await client.SendAsync(new AwsCall("PUT", "/") { BodyStream = new MemoryStream(new byte[5]), BodyLength = 6, Attempts = 1 }, Soon);

        Assert.Equal(AwsOutcome.Unavailable("writing: the body is shorter than was said"), reply.Outcome);
    }

    [Fact]
    public async Task Many_calls_at_the_same_time_are_each_signed_right()
    {
        using NodeProgram judge = new("aws4");
        using LoopbackServer server = LoopbackServer.Concurrent(connection =>
        {
            while (connection.ReadRequest() is { } request)
            {
                lock (_requests)
                {
                    _requests.Add(request);
                }

                connection.Send(Ok);
            }
        });
        using AwsClient client = AwsTest.NewClient(server.Port);

        AwsReply[] replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () => await client.SendAsync(
            new AwsCall("POST", "/") { Body = Encoding.ASCII.GetBytes($"body {i}") }.With("X-Amz-Target", $"T.{i}"), Soon))));

        Assert.All(replies, static reply => Assert.True(reply.Outcome.IsAccepted));
        Assert.Equal(20, _requests.Count);
        Assert.All(_requests, request => Assert.Equal(SigningJudge.Sign(judge, request, "dynamodb"), request.Headers["Authorization"]));
    }

    /// <summary>AWS's hosts are verified against Amazon's roots, or against AWS_CA_BUNDLE's only: never against the system's.</summary>
    [Fact]
    public async Task Certificates_are_those_of_Amazon_or_of_the_bundle()
    {
        using CertificateAuthority root = CertificateAuthority.NewRoot();
        using CertificateAuthority other = CertificateAuthority.NewRoot("Other Root");
        string bundle = Path.GetTempFileName();
        string wrong = Path.GetTempFileName();
        await File.WriteAllTextAsync(bundle, root.Certificate.ExportCertificatePem(), Soon.Token);
        await File.WriteAllTextAsync(wrong, other.Certificate.ExportCertificatePem(), Soon.Token);
        using LoopbackServer server = new(TlsScript.Over(TlsScript.Options(root.Issue(["localhost"])), AwsTest.Answer(_requests, Ok)));

        async Task<AwsOutcome> CallAsync(string host, string? file)
        {
            using AwsClient client = new(SqsTest.NewSettings(file), new Origin(true, host, server.Port), "dynamodb");
            return (await client.SendAsync(new AwsCall("GET", "/") { Attempts = 1 }, Soon)).Outcome;
        }

        Assert.True((await CallAsync("localhost", bundle)).IsAccepted);
        Assert.All(
            [await CallAsync("localhost", null), await CallAsync("localhost", wrong), await CallAsync("127.0.0.1", bundle)],
            static outcome => Assert.Equal(AwsOutcomeKind.Unavailable, outcome.Kind));
        Assert.Equal(
            AwsOutcome.Unavailable("the file that AWS_CA_BUNDLE names cannot be read, is damaged or holds no certificate in PEM"),
            await CallAsync("localhost", "/nowhere"));
        Assert.Single(_requests);
        File.Delete(bundle);
        File.Delete(wrong);
    }
}
