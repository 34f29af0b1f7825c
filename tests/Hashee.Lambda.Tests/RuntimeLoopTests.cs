using System.Buffers;
using System.Text;
using System.Text.Json;
using Hashee.Host;
using Hashee.Testing.Servers;

namespace Hashee.Lambda.Tests;

public class RuntimeLoopTests
{
    private static readonly InvocationHandler Echo = static (payload, _, response) => response.Write(payload);

    [Fact]
    public void The_handlers_response_is_posted_for_the_events_request_id()
    {
        using RuntimeApiServer api = new(RuntimeApiServer.Event("""{"text":"Grüße"}""", "request-1"));

        api.Run(Echo);

        HttpMessage report = Assert.Single(api.Reports);
        Assert.Equal("POST /2018-06-01/runtime/invocation/request-1/response HTTP/1.1", report.StartLine);
        Assert.Equal($"127.0.0.1:{api.Port}", report.Headers["Host"]);
        Assert.Equal("application/json", report.Headers["Content-Type"]);
        Assert.Equal("""{"text":"Grüße"}""", report.Text);
    }

    [Fact]
    public void Events_are_asked_for_at_the_documented_path()
    {
        using RuntimeApiServer api = new();

        api.Run(Echo);

        Assert.All(api.Requests, request => Assert.Equal("GET /2018-06-01/runtime/invocation/next HTTP/1.1", request.StartLine));
    }

    [Fact]
    public void A_path_in_the_address_is_put_in_front_of_every_request()
    {
        using RuntimeApiServer api = new(RuntimeApiServer.Event("{}", "request-1"));

        LambdaRuntime.Run($"127.0.0.1:{api.Port}/some/path/", () => Echo);

        Assert.Equal("GET /some/path/2018-06-01/runtime/invocation/next HTTP/1.1", api.Requests.First().StartLine);
        Assert.Equal("POST /some/path/2018-06-01/runtime/invocation/request-1/response HTTP/1.1", Assert.Single(api.Reports).StartLine);
    }

    [Fact]
    public void The_address_may_be_a_name()
    {
        using RuntimeApiServer api = new(RuntimeApiServer.Event("1"));

        LambdaRuntime.Run($"localhost:{api.Port}", () => Echo);

        Assert.Equal("1", Assert.Single(api.Reports).Text);
    }

    [Fact]
    public void The_address_may_be_IPv6()
    {
        // ::1 is missing in many containers. This one leads an IPv6 socket to 127.0.0.1.
        using RuntimeApiServer api = new(RuntimeApiServer.Event("1"));

        LambdaRuntime.Run($"[::ffff:127.0.0.1]:{api.Port}", () => Echo);

        HttpMessage report = Assert.Single(api.Reports);
        Assert.Equal("1", report.Text);
        Assert.Equal($"[::ffff:127.0.0.1]:{api.Port}", report.Headers["Host"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("[::1:9001")]
    [InlineData("127.0.0.1:9001/a path")]
    [InlineData("http://127.0.0.1:9001")]
    public void A_malformed_address_ends_the_process_before_the_function_is_built(string? address)
    {
        Assert.Equal(1, LambdaRuntime.Run(address, () => throw new InvalidOperationException("The function was built.")));
    }

    [Fact]
    public void Events_in_chunks_are_joined()
    {
        using RuntimeApiServer api = new(
            $"HTTP/1.1 200 OK\r\n{RuntimeApiServer.EventHeaders()}Transfer-Encoding: chunked\r\n\r\n" +
            "5\r\n{\"a\":\r\n2;note=x\r\n1}\r\n0\r\nTrailer: x\r\n\r\n");

        api.Run(Echo);

        Assert.Equal("""{"a":1}""", Assert.Single(api.Reports).Text);
    }

    [Fact]
    public void Header_names_may_be_in_any_letter_case()
    {
        string lowerCase = RuntimeApiServer.Event("1", "request-1").ToLowerInvariant();
        using RuntimeApiServer api = new(lowerCase.Replace("http/1.1 200 ok", "HTTP/1.1 200 OK", StringComparison.Ordinal));

        api.Run(Echo);

        Assert.Contains("/request-1/", Assert.Single(api.Reports).StartLine, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_event_arrives_whole()
    {
        string payload = $"\"{new string('x', 300_000)}\"";
        using LoopbackServer server = new(
            connection =>
            {
                connection.ReadRequest();
                connection.Send(RuntimeApiServer.Event(payload));
                Assert.Equal(payload, connection.ReadRequest()!.Text);
                connection.Send(RuntimeApiServer.Accepted);
                connection.ReadRequest();
                connection.Send("HTTP/1.1 500 Done\r\nContent-Length: 0\r\n\r\n");
            });

        Assert.Equal(1, LambdaRuntime.Run($"127.0.0.1:{server.Port}", () => Echo));
    }

    [Fact]
    public void One_connection_carries_many_invocations()
    {
        using RuntimeApiServer api = new([.. Enumerable.Range(0, 20).Select(i => RuntimeApiServer.Event($"{i}", $"request-{i}"))]);

        api.Run(Echo);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), api.Reports.Select(report => report.Text));
        Assert.Equal(1, api.Connections);
    }

    [Fact]
    public void A_connection_that_the_server_announces_to_close_is_replaced()
    {
        using LoopbackServer server = new(
            connection =>
            {
                connection.ReadRequest();
                connection.Send(RuntimeApiServer.Event("1").Replace("200 OK\r\n", "200 OK\r\nconnection: CLOSE\r\n", StringComparison.Ordinal));
                Assert.Null(connection.ReadRequest());
            },
            TakeReportAndEnd("1"));

        Assert.Equal(1, LambdaRuntime.Run($"127.0.0.1:{server.Port}", () => Echo));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void A_kept_connection_that_died_is_replaced_once()
    {
        using LoopbackServer server = new(
            static connection =>
            {
                connection.ReadRequest();
                connection.Send(RuntimeApiServer.Event("1"));
            },
            TakeReportAndEnd("1"));

        Assert.Equal(1, LambdaRuntime.Run($"127.0.0.1:{server.Port}", () => Echo));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void A_kept_connection_that_dies_with_the_request_on_it_is_replaced_once()
    {
        using LoopbackServer server = new(
            static connection =>
            {
                connection.ReadRequest();
                connection.Send(RuntimeApiServer.Event("1"));
                connection.ReadRequest();
            },
            TakeReportAndEnd("1"));

        Assert.Equal(1, LambdaRuntime.Run($"127.0.0.1:{server.Port}", () => Echo));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void The_process_ends_when_the_new_connection_dies_too()
    {
        using LoopbackServer server = new(
            static connection =>
            {
                connection.ReadRequest();
                connection.Send(RuntimeApiServer.Event("1"));
                connection.ReadRequest();
            },
            static connection => connection.ReadRequest());

        Assert.Equal(1, LambdaRuntime.Run($"127.0.0.1:{server.Port}", () => Echo));
        Assert.Equal(2, server.Connections);
    }

    [Theory]
    [InlineData("HELLO\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: a b\r\nLambda-Runtime-Deadline-Ms: 1\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")]
    public void An_answer_that_is_no_event_ends_the_process(string answer)
    {
        using LoopbackServer server = new(connection =>
        {
            connection.ReadRequest();
            connection.Send(answer);
            connection.Stall();
        });

        int exitCode = LambdaRuntime.Run($"127.0.0.1:{server.Port}", () => static (_, _, _) => Assert.Fail("The handler was called."));

        Assert.Equal(1, exitCode);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public void The_context_says_what_the_Runtime_API_said()
    {
        string? requestId = null;
        string? traceId = null;
        TimeSpan remaining = default;
        using RuntimeApiServer api = new(RuntimeApiServer.Event("1", "request-1"));

        api.Run((_, context, _) =>
        {
            requestId = context.RequestId;
            traceId = context.TraceId;
            remaining = context.Deadline.Remaining;
        });

        Assert.Equal("request-1", requestId);
        Assert.Equal("Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1", traceId);
        Assert.InRange(remaining, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Lambda-Runtime-Deadline-Ms:\r\n")]
    [InlineData("Lambda-Runtime-Deadline-Ms: soon\r\n")]
    [InlineData("Lambda-Runtime-Deadline-Ms: 1700000000123.5\r\n")]
    [InlineData("Lambda-Runtime-Deadline-Ms: 99999999999999999999\r\n")]
    public void An_event_without_a_usable_deadline_is_handled_with_the_longest_timeout_of_Lambda(string header)
    {
        TimeSpan remaining = default;
        using RuntimeApiServer api = new($"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: a\r\n{header}Content-Length: 1\r\n\r\n1");

        api.Run((_, context, _) => remaining = context.Deadline.Remaining);

        Assert.InRange(remaining, TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(15));
        Assert.Contains("/invocation/a/response", Assert.Single(api.Reports).StartLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1700000000123")]
    [InlineData("0")]
    [InlineData("-9223372036854775808")]
    public void An_event_whose_deadline_has_passed_is_handled_without_time(string deadline)
    {
        TimeSpan remaining = TimeSpan.MaxValue;
        using RuntimeApiServer api = new(
            $"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: a\r\nLambda-Runtime-Deadline-Ms: {deadline}\r\nContent-Length: 1\r\n\r\n1");

        api.Run((_, context, _) => remaining = context.Deadline.Remaining);

        Assert.Equal(TimeSpan.Zero, remaining);
        Assert.Contains("/invocation/a/response", Assert.Single(api.Reports).StartLine, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deadline_in_the_far_future_leaves_much_time()
    {
        TimeSpan remaining = default;
        using RuntimeApiServer api = new(
            "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: a\r\nLambda-Runtime-Deadline-Ms: 9223372036854775807\r\nContent-Length: 1\r\n\r\n1");

        api.Run((_, context, _) => remaining = context.Deadline.Remaining);

        Assert.True(remaining > TimeSpan.FromDays(1));
    }

    [Fact]
    public void Only_the_first_invocation_is_a_cold_start()
    {
        List<bool> coldStarts = [];
        using RuntimeApiServer api = new(RuntimeApiServer.Event("1"), RuntimeApiServer.Event("2"), RuntimeApiServer.Event("3"));

        api.Run((_, context, _) => coldStarts.Add(context.IsColdStart));

        Assert.Equal([true, false, false], coldStarts);
    }

    [Fact]
    public void The_context_of_the_next_invocation_is_its_own()
    {
        List<string> requestIds = [];
        using RuntimeApiServer api = new(RuntimeApiServer.Event("1", "request-1"), RuntimeApiServer.Event("2", "request-2"));

        api.Run((_, context, _) => requestIds.Add(context.RequestId));

        Assert.Equal(["request-1", "request-2"], requestIds);
    }

    [Fact]
    public void An_exception_is_reported_by_its_type_and_its_message_is_withheld()
    {
        using RuntimeApiServer api = new(RuntimeApiServer.Event("\"secret\"", "request-1"));

        api.Run(static (payload, _, response) =>
        {
            response.Write("half an answer"u8);
            throw new FormatException(Encoding.UTF8.GetString(payload));
        });

        HttpMessage report = Assert.Single(api.Reports);
        Assert.Equal("POST /2018-06-01/runtime/invocation/request-1/error HTTP/1.1", report.StartLine);
        Assert.Equal("System.FormatException", report.Headers["Lambda-Runtime-Function-Error-Type"]);
        JsonElement error = JsonDocument.Parse(report.Body).RootElement;
        Assert.Equal("System.FormatException", error.GetProperty("errorType").GetString());
        Assert.StartsWith("System.FormatException", error.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Empty(error.GetProperty("stackTrace").EnumerateArray());
        Assert.DoesNotContain("secret", report.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("half an answer", report.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reportable_exception_is_reported_with_its_message()
    {
        using RuntimeApiServer api = new(RuntimeApiServer.Event("1"));

        api.Run(static (_, _, _) => throw new ReportableException("The event has \"no\" body."));

        JsonElement error = JsonDocument.Parse(Assert.Single(api.Reports).Body).RootElement;
        Assert.Equal("The event has \"no\" body.", error.GetProperty("errorMessage").GetString());
    }

    [Fact]
    public void An_inner_exception_is_named_too()
    {
        using RuntimeApiServer api = new(RuntimeApiServer.Event("1"));

        api.Run(static (_, _, _) => throw new InvalidOperationException("secret", new FormatException("secret")));

        string text = Assert.Single(api.Reports).Text;
        Assert.Contains("System.InvalidOperationException <- System.FormatException", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_instance_lives_on_after_an_exception()
    {
        using RuntimeApiServer api = new(RuntimeApiServer.Event("1"), RuntimeApiServer.Event("2"));
        bool isFirst = true;

        api.Run((payload, _, response) =>
        {
            if (isFirst)
            {
                isFirst = false;
                throw new FormatException();
            }

            response.Write(payload);
        });

        Assert.EndsWith("/error HTTP/1.1", api.Reports[0].StartLine, StringComparison.Ordinal);
        Assert.Equal("2", api.Reports[1].Text);
    }

    [Fact]
    public void The_instance_lives_on_when_its_response_is_refused()
    {
        using RuntimeApiServer api = new(RuntimeApiServer.Event("1"), RuntimeApiServer.Event("2"))
        {
            AnswerToReports = "HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 0\r\n\r\n",
        };

        api.Run(Echo);

        Assert.Equal(2, api.Reports.Count);
    }

    [Fact]
    public void The_instance_ends_when_the_Runtime_API_cannot_go_on()
    {
        using RuntimeApiServer api = new(RuntimeApiServer.Event("1"), RuntimeApiServer.Event("2"))
        {
            AnswerToReports = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
        };

        Assert.Equal(1, api.Run(Echo));
        Assert.Single(api.Reports);
    }

    [Fact]
    public void A_turn_of_the_loop_allocates_nothing()
    {
        const int Warmup = 40;
        const int Turns = 100;
        IEnumerable<string> events = Enumerable.Range(0, Warmup + Turns + 1).Select(i => RuntimeApiServer.Event($"{i:D6}", $"request-{i:D6}"));
        using RuntimeApiServer api = new([.. events]);
        int invocation = 0;
        long before = 0;
        long after = 0;

        api.Run((payload, _, response) =>
        {
            if (invocation == Warmup)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (invocation == Warmup + Turns)
            {
                after = GC.GetAllocatedBytesForCurrentThread();
            }

            invocation++;
            response.Write(payload);
        });

        Assert.Equal(Warmup + Turns + 1, invocation);
        Assert.Equal(0, after - before);
    }

    private static Action<ServerConnection> TakeReportAndEnd(string response) => connection =>
    {
        Assert.Equal(response, connection.ReadRequest()!.Text);
        connection.Send(RuntimeApiServer.Accepted);
        connection.ReadRequest();
        connection.Send("HTTP/1.1 500 Done\r\nContent-Length: 0\r\n\r\n");
    };
}
