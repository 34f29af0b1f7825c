using System.Net;
using System.Net.Sockets;
using Hashee.Host;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests.Sqs;

public class SqsTroubleTests
{
    private readonly List<HttpMessage> _requests = [];

    [Theory]
    [InlineData(400, """{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}""", "HTTP 400 QueueDoesNotExist")]
    [InlineData(403, """{"message":"secret","unknown":{"a":[1]},"__type":"com.amazon.coral.service#AccessDeniedException"}""", "HTTP 403 AccessDeniedException")]
    [InlineData(413, "", "HTTP 413")]
    [InlineData(400, "<html>secret</html>", "HTTP 400")]
    [InlineData(400, """{"__type":"not a \n code"}""", "HTTP 400")]
    [InlineData(400, """{"__type":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}""", "HTTP 400")]
    public void A_refusal_is_named_and_not_repeated(int status, string body, string reason)
    {
        using LoopbackServer server = new(SqsScripts.Answer(_requests, SqsScripts.Response(status, body)));
        using SqsClient client = SqsTest.NewClient(server);

        Assert.Equal(new SqsOutcome(SqsOutcomeKind.Refused, reason, status), SqsTest.Send(client));
        Assert.Single(_requests);
    }

    [Fact]
    public void The_name_of_an_error_may_come_in_a_header()
    {
        string answer = SqsScripts.Response(400, "", "X-Amzn-ErrorType: InvalidAddress:http://internal.amazon.com/\r\n");
        using LoopbackServer server = new(SqsScripts.Answer(_requests, answer));
        using SqsClient client = SqsTest.NewClient(server);

        Assert.Equal("HTTP 400 InvalidAddress", SqsTest.Send(client).Reason);
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(503, """{"__type":"com.amazonaws.sqs#ServiceUnavailable"}""")]
    [InlineData(429, "")]
    [InlineData(400, """{"__type":"com.amazonaws.sqs#RequestThrottled"}""")]
    [InlineData(400, """{"__type":"com.amazonaws.sqs#KmsThrottled"}""")]
    [InlineData(400, """{"__type":"com.amazon.coral.availability#ThrottlingException"}""")]
    [InlineData(302, "")]
    [InlineData(200, "no JSON")]
    [InlineData(200, "[]")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"MD5OfMessageBody":null}""")]
    [InlineData(200, """{"nested":{"MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592"}}""")]
    public void Trouble_gets_a_second_attempt(int status, string body)
    {
        using LoopbackServer server = new(SqsScripts.Answer(_requests, SqsScripts.Response(status, body), null));
        using SqsClient client = SqsTest.NewClient(server);

        Assert.True(SqsTest.Send(client).IsAccepted);
        Assert.Equal(2, _requests.Count);
    }

    [Fact]
    public void There_is_no_third_attempt()
    {
        string answer = SqsScripts.Response(503, """{"__type":"com.amazonaws.sqs#ServiceUnavailable"}""");
        using LoopbackServer server = new(SqsScripts.Answer(_requests, answer));
        using SqsClient client = SqsTest.NewClient(server);

        Assert.Equal(new SqsOutcome(SqsOutcomeKind.Unavailable, "HTTP 503 ServiceUnavailable", 503), SqsTest.Send(client));
        Assert.Equal(2, _requests.Count);
    }

    [Fact]
    public void A_request_that_may_have_been_taken_is_not_repeated_without_a_deduplication_id()
    {
        using LoopbackServer server = new(SqsScripts.Answer(_requests, SqsScripts.Response(500, "")));
        using SqsClient client = SqsTest.NewClient(server);

        Assert.Equal(SqsOutcomeKind.Unavailable, SqsTest.SendToStandardQueue(client).Kind);
        Assert.Single(_requests);
    }

    [Fact]
    public void A_throttled_request_is_repeated_even_without_a_deduplication_id()
    {
        using LoopbackServer server = new(SqsScripts.Answer(_requests, SqsScripts.Response(429, ""), null));
        using SqsClient client = SqsTest.NewClient(server);

        Assert.True(SqsTest.SendToStandardQueue(client).IsAccepted);
    }

    [Fact]
    public void Another_MD5_is_told_and_not_repeated()
    {
        string answer = SqsScripts.Response(200, """{"MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592"}""");
        using LoopbackServer server = new(SqsScripts.Answer(_requests, answer));
        using SqsClient client = SqsTest.NewClient(server);

        Assert.Equal(SqsOutcomeKind.WrongMd5, SqsTest.Send(client).Kind);
        Assert.Single(_requests);
    }

    [Fact]
    public void An_answer_with_half_a_surrogate_pair_in_a_name_is_not_that_of_SQS()
    {
        using LoopbackServer server = new(SqsScripts.Answer(_requests, SqsScripts.Response(200, """{"MD5OfMessage\ud800":1}""")));
        using SqsClient client = SqsTest.NewClient(server);

        Assert.Equal(SqsOutcomeKind.Unavailable, SqsTest.Send(client).Kind);
        Assert.Equal(2, _requests.Count);
    }

    [Fact]
    public void Garbage_gets_a_second_attempt_on_a_new_connection()
    {
        using LoopbackServer server = new(static connection => connection.Send("SSH-2.0-OpenSSH_9.2\r\n\r\n"), SqsScripts.Accept);
        using SqsClient client = SqsTest.NewClient(server);

        Assert.True(SqsTest.Send(client).IsAccepted);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void A_closed_connection_gets_a_second_attempt()
    {
        using LoopbackServer server = new(static connection => connection.ReadRequest(), SqsScripts.Accept);
        using SqsClient client = SqsTest.NewClient(server);

        Assert.True(SqsTest.Send(client).IsAccepted);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void A_connection_that_closes_twice_is_trouble()
    {
        using LoopbackServer server = new(static connection => connection.ReadRequest());
        using SqsClient client = SqsTest.NewClient(server);

        Assert.Equal(new SqsOutcome(SqsOutcomeKind.Unavailable, "the server closed the connection", 0), SqsTest.Send(client));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void An_answer_that_ends_early_is_trouble()
    {
        using LoopbackServer server = new(static connection =>
        {
            connection.ReadRequest();
            connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
        });
        using SqsClient client = SqsTest.NewClient(server);

        Assert.Equal(new SqsOutcome(SqsOutcomeKind.Unavailable, "the answer ends early", 0), SqsTest.Send(client));
    }

    [Fact]
    public void A_stalled_answer_is_given_up_at_the_time_limit_of_each_attempt()
    {
        using LoopbackServer server = new(static connection =>
        {
            connection.ReadRequest();
            connection.Send("HTTP/1.1 200 OK\r\nContent-Le");
            connection.Stall();
        });
        using SqsClient client = SqsTest.NewClient(server, attemptLimit: TimeSpan.FromMilliseconds(50));

        Assert.Equal(new SqsOutcome(SqsOutcomeKind.Unavailable, "reading: the time limit was reached", 0), SqsTest.Send(client));
        server.WaitForConnection();
        server.WaitForConnection();
    }

    [Fact]
    public void A_server_that_does_not_read_is_given_up_at_the_time_limit()
    {
        using ManualResetEventSlim isDone = new();
        using LoopbackServer server = new(_ => isDone.Wait(TestContext.Current.CancellationToken));
        using SqsClient client = SqsTest.NewClient(server, attemptLimit: TimeSpan.FromMilliseconds(50));

        SqsOutcome outcome = SqsTest.Send(client, new string('x', 20_000_000));
        isDone.Set();

        Assert.Equal(new SqsOutcome(SqsOutcomeKind.Unavailable, "writing: the time limit was reached", 0), outcome);
    }

    [Fact]
    public void An_address_that_does_not_answer_is_given_up_at_the_time_limit()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start(backlog: 1);
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        List<Socket> waiting = [];
        for (int i = 0; i < 4; i++)
        {
            // The listener's queue is full after two or three of these; the next gets no answer.
            Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            Assert.Throws<SocketException>(() => client.Connect(IPAddress.Loopback, port));
            waiting.Add(client);
        }

        using SqsClient sqs = SqsTest.NewClient($"http://127.0.0.1:{port}/1/jobs.fifo", attemptLimit: TimeSpan.FromMilliseconds(50));

        SqsOutcome outcome = SqsTest.Send(sqs);
        waiting.ForEach(client => client.Dispose());

        Assert.Equal(new SqsOutcome(SqsOutcomeKind.Unavailable, $"connecting to 127.0.0.1:{port} failed: the time limit was reached", 0), outcome);
    }

    [Fact]
    public void Nothing_goes_on_past_one_second_before_the_deadline()
    {
        using LoopbackServer server = new(static connection => connection.Stall());
        using SqsClient client = SqsTest.NewClient(server);

        SqsOutcome outcome = client.SendMessage("body"u8, "group"u8, "id"u8, Deadline.After(TimeSpan.FromMilliseconds(1400)));

        Assert.Equal(SqsOutcomeKind.Unavailable, outcome.Kind);
        Assert.EndsWith("the time limit was reached", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_begun_within_one_second_of_the_deadline()
    {
        using LoopbackServer server = new(SqsScripts.Accept);
        using SqsClient client = SqsTest.NewClient(server);

        SqsOutcome outcome = client.SendMessage("body"u8, "group"u8, "id"u8, Deadline.After(TimeSpan.FromMilliseconds(900)));

        Assert.Equal(new SqsOutcome(SqsOutcomeKind.Unavailable, "the invocation's deadline is too near", 0), outcome);
        Assert.Equal(0, server.Connections);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_kept_connection_that_was_closed_between_two_calls_is_replaced(bool hasDeduplication)
    {
        using ManualResetEventSlim isClosed = new();
        using LoopbackServer server = new(
            connection =>
            {
                connection.Send(SqsScripts.Accepted(connection.ReadRequest()!));
                connection.Stream.Dispose();
                isClosed.Set();
            },
            SqsScripts.Accept);
        using SqsClient client = SqsTest.NewClient(server);
        Assert.True(SqsTest.Send(client).IsAccepted);
        isClosed.Wait(TestContext.Current.CancellationToken);

        SqsOutcome outcome = hasDeduplication ? SqsTest.Send(client) : SqsTest.SendToStandardQueue(client);

        Assert.True(outcome.IsAccepted);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void A_kept_connection_that_dies_under_a_request_costs_no_attempt()
    {
        using LoopbackServer server = new(
            static connection =>
            {
                connection.Send(SqsScripts.Accepted(connection.ReadRequest()!));
                connection.ReadRequest();
            },
            SqsScripts.Answer(_requests, SqsScripts.Response(500, ""), null));
        using SqsClient client = SqsTest.NewClient(server);
        Assert.True(SqsTest.Send(client).IsAccepted);

        Assert.True(SqsTest.Send(client).IsAccepted);
        Assert.Equal(2, _requests.Count);
    }

    [Fact]
    public void A_kept_connection_that_dies_under_a_request_is_not_replaced_without_a_deduplication_id()
    {
        using LoopbackServer server = new(
            connection =>
            {
                connection.Send(SqsScripts.Accepted(connection.ReadRequest()!));
                _requests.Add(connection.ReadRequest()!);
            },
            SqsScripts.Accept);
        using SqsClient client = SqsTest.NewClient(server);
        Assert.True(SqsTest.Send(client).IsAccepted);

        Assert.Equal(SqsOutcomeKind.Unavailable, SqsTest.SendToStandardQueue(client).Kind);
        Assert.Single(_requests);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public void A_server_that_announces_to_close_is_taken_at_its_word()
    {
        using LoopbackServer server = new(static connection =>
        {
            string answer = SqsScripts.Accepted(connection.ReadRequest()!);
            connection.Send(answer.Replace("\r\nContent-Length", "\r\nConnection: close\r\nContent-Length", StringComparison.Ordinal));
            connection.Stall();
        });
        using SqsClient client = SqsTest.NewClient(server);

        Assert.True(SqsTest.Send(client).IsAccepted);
        Assert.True(SqsTest.Send(client).IsAccepted);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void Silent_name_servers_cost_no_more_than_the_time_limit_and_a_name_that_does_not_resolve_is_trouble()
    {
        using NameServers servers = new();
        servers.Run(() =>
        {
            const string queueUrl = "https://sqs.eu-west-1.amazonaws.com/1/jobs.fifo";
            using SqsClient hasty = SqsTest.NewClient(queueUrl, attemptLimit: TimeSpan.FromMilliseconds(100));
            hasty.Connect(TimeSpan.FromMilliseconds(100));
            Assert.Equal("resolving sqs.eu-west-1.amazonaws.com failed: the time limit was reached", SqsTest.Send(hasty).Reason);

            servers.BeginToAnswer(knowsNames: false);
            using SqsClient client = SqsTest.NewClient(queueUrl);
            Assert.Equal("resolving sqs.eu-west-1.amazonaws.com failed: Name or service not known", SqsTest.Send(client).Reason);
        });
    }

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void Whatever_goes_wrong_is_an_outcome_and_the_next_message_is_sent(Exception exception)
    {
        Exception? thrown = null;
        using LoopbackServer server = new(SqsScripts.Accept);
        using SqsClient client = SqsTest.NewClient(server, clock: () => thrown is null ? DateTimeOffset.UtcNow : throw thrown);
        thrown = exception;

        client.Connect(TimeSpan.FromSeconds(30));
        Assert.Equal(new SqsOutcome(SqsOutcomeKind.Unavailable, exception.GetType().Name, 0), SqsTest.Send(client));
        Assert.Equal(SqsOutcomeKind.Unavailable, client.ChangeMessageVisibility("handle", 0, SqsTest.InAMinute).Kind);
        Assert.Equal(SqsOutcomeKind.Unavailable, client.ChangeMessageVisibility(null!, 0, SqsTest.InAMinute).Kind);

        thrown = null;
        Assert.True(SqsTest.Send(client).IsAccepted);
    }

    public static TheoryData<Exception> Exceptions =>
    [
        new InsufficientMemoryException("secret"), new System.Text.EncoderFallbackException("secret"), new OverflowException("secret"),
        new InvalidOperationException("secret"), new ArgumentException("secret"),
    ];
}
