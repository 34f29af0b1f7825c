using System.Buffers;
using System.Text;
using System.Text.Json;
using Hashee.Host;
using Hashee.Testing.Servers;

namespace Hashee.Lambda.Tests;

public class StreamingTests
{
    private const int LargestChunk = 32 * 1024;

    private static readonly HttpHeader PlainText = new("content-type", "text/plain");

    [Fact]
    public void A_streamed_answer_has_the_documented_form()
    {
        using StreamingApiServer api = new(1);

        api.Run(static (payload, _, response) =>
        {
            response.BeginHttp(201, [PlainText, new HttpHeader("x-quoted", "a \"b\" ä")], ["a=1; Path=/", "b=2"]);
            response.TryWrite(payload);
            response.TryWrite("Grüße"u8);
        });

        StreamedAnswer answer = Assert.Single(api.Answers);
        Assert.Equal("POST /2018-06-01/runtime/invocation/request-1/response HTTP/1.1", answer.Head.StartLine);
        Assert.Equal("streaming", answer.Head.Headers["Lambda-Runtime-Function-Response-Mode"]);
        Assert.Equal("chunked", answer.Head.Headers["Transfer-Encoding"]);
        Assert.Equal("application/vnd.awslambda.http-integration-response", answer.Head.Headers["Content-Type"]);
        Assert.Equal("Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body", answer.Head.Headers["Trailer"]);
        Assert.False(answer.Head.Headers.ContainsKey("Content-Length"));
        Assert.Equal(new byte[8], answer.Chunks[0][^8..]);
        Assert.Equal(
            """{"statusCode":201,"headers":{"content-type":"text/plain","x-quoted":"a \"b\" ä"},"cookies":["a=1; Path=/","b=2"]}""",
            answer.Prelude);
        Assert.Equal(["1", "Grüße"], answer.Chunks.Skip(1).Select(Encoding.UTF8.GetString));
        Assert.Empty(answer.Trailers);
        Assert.Empty(api.Reports);
    }

    [Fact]
    public void Without_cookies_the_prelude_has_none()
    {
        using StreamingApiServer api = new(1);

        api.Run(static (_, _, response) => response.BeginHttp(204, []));

        StreamedAnswer answer = Assert.Single(api.Answers);
        Assert.Equal("""{"statusCode":204,"headers":{}}""", answer.Prelude);
        Assert.Equal("", answer.Body);
    }

    [Fact]
    public void An_answer_that_is_no_HTTP_response_is_passed_on_as_it_is()
    {
        using StreamingApiServer api = new(1);

        api.Run(static (_, _, response) =>
        {
            response.Begin("application/json");
            response.TryWrite("{}"u8);
        });

        StreamedAnswer answer = Assert.Single(api.Answers);
        Assert.Equal("application/json", answer.Head.Headers["Content-Type"]);
        Assert.Equal("{}"u8.ToArray(), answer.Content);
    }

    [Fact]
    public void The_connection_of_a_streamed_answer_is_closed_and_the_other_one_kept()
    {
        using StreamingApiServer api = new(5);

        api.Run(static (payload, _, response) => Write(response, payload));

        Assert.Equal(["1", "2", "3", "4", "5"], api.Answers.Select(static answer => answer.Body));
        Assert.All(api.Answers, static answer => Assert.True(answer.WasClosedAfterwards));
        Assert.Equal(1 + 5, api.Connections);
    }

    [Fact]
    public void A_piece_leaves_before_the_handler_goes_on()
    {
        using SemaphoreSlim seen = new(0);
        using StreamingApiServer api = new(1, answer =>
        {
            answer.ReadChunk();
            for (int i = 0; i < 3; i++)
            {
                answer.ReadChunk();
                seen.Release();
            }

            answer.Accept();
        });

        api.Run((_, _, response) =>
        {
            response.BeginHttp(200, [PlainText]);
            foreach (string piece in (string[])["one", "two", "three"])
            {
                response.TryWrite(Encoding.UTF8.GetBytes(piece));
                seen.Wait(TestContext.Current.CancellationToken);
            }
        });

        Assert.Equal("onetwothree", Assert.Single(api.Answers).Body);
    }

    [Fact]
    public void An_empty_piece_sends_status_and_headers_alone_and_ends_nothing()
    {
        using SemaphoreSlim seen = new(0);
        using StreamingApiServer api = new(1, answer =>
        {
            answer.ReadChunk();
            seen.Release();
            answer.Accept();
        });

        api.Run((_, _, response) =>
        {
            response.BeginHttp(200, [PlainText]);
            Assert.True(response.TryWrite(default));
            seen.Wait(TestContext.Current.CancellationToken);
            Assert.True(response.TryWrite(default));
            response.TryWrite("text"u8);
        });

        Assert.Equal("text", Assert.Single(api.Answers).Body);
        Assert.Empty(api.Reports);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(LargestChunk - 1)]
    [InlineData(LargestChunk)]
    [InlineData(LargestChunk + 1)]
    [InlineData(5 * LargestChunk)]
    public void A_piece_of_any_size_arrives_whole(int length)
    {
        byte[] piece = new byte[length];
        new Random(length).NextBytes(piece);
        using StreamingApiServer api = new(1);

        api.Run((_, _, response) =>
        {
            response.Begin("application/octet-stream");
            response.TryWrite(piece);
        });

        StreamedAnswer answer = Assert.Single(api.Answers);
        Assert.Equal(piece, answer.Content);
        Assert.All(answer.Chunks, static chunk => Assert.InRange(chunk.Length, 1, LargestChunk));
    }

    [Fact]
    public void The_pieces_may_come_from_another_thread()
    {
        using StreamingApiServer api = new(1);

        api.Run(static (_, _, response) =>
        {
            response.BeginHttp(200, [PlainText]);
            Task.Run(() => response.TryWrite("from a pool thread"u8)).GetAwaiter().GetResult();
        });

        Assert.Equal("from a pool thread", Assert.Single(api.Answers).Body);
    }

    [Fact]
    public void A_failure_before_the_answer_is_an_ordinary_error_report()
    {
        using StreamingApiServer api = new(1);

        api.Run(new StreamingHandler(static (_, _, _) => throw new ReportableException("No answer is possible.")));

        HttpMessage report = Assert.Single(api.Reports);
        Assert.Equal("POST /2018-06-01/runtime/invocation/request-1/error HTTP/1.1", report.StartLine);
        Assert.Equal("Hashee.Host.ReportableException", report.Headers["Lambda-Runtime-Function-Error-Type"]);
        Assert.Equal("No answer is possible.", JsonDocument.Parse(report.Body).RootElement.GetProperty("errorMessage").GetString());
        Assert.Empty(api.Answers);
        Assert.Equal(1, api.Connections);
    }

    [Fact]
    public void A_failure_between_the_beginning_and_the_first_piece_is_an_ordinary_error_report()
    {
        using StreamingApiServer api = new(1);

        api.Run(static (_, _, response) =>
        {
            response.BeginHttp(200, [PlainText]);
            throw new FormatException("secret");
        });

        HttpMessage report = Assert.Single(api.Reports);
        Assert.EndsWith("/error HTTP/1.1", report.StartLine, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", report.Text, StringComparison.Ordinal);
        Assert.Empty(api.Answers);
    }

    [Fact]
    public void A_handler_that_begins_no_answer_has_failed()
    {
        using StreamingApiServer api = new(1);

        api.Run(new StreamingHandler(static (_, _, _) => { }));

        Assert.Equal("System.InvalidOperationException", Assert.Single(api.Reports).Headers["Lambda-Runtime-Function-Error-Type"]);
        Assert.Empty(api.Answers);
    }

    [Fact]
    public void A_piece_before_the_beginning_and_a_second_beginning_are_mistakes_of_the_handler()
    {
        using StreamingApiServer api = new(2);
        List<Type> failures = [];

        api.Run((payload, _, response) =>
        {
            failures.Add(Record.Exception(() => response.TryWrite("x"u8))!.GetType());
            response.BeginHttp(200, [PlainText]);
            failures.Add(Record.Exception(() => response.Begin("text/plain"))!.GetType());
            response.TryWrite(payload);
        });

        Assert.Equal(Enumerable.Repeat(typeof(InvalidOperationException), 4), failures);
        Assert.Equal(["1", "2"], api.Answers.Select(static answer => answer.Body));
    }

    [Theory]
    [InlineData()]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1, 2)]
    [InlineData(LargestChunk - 1)]
    [InlineData(LargestChunk)]
    [InlineData(LargestChunk, LargestChunk)]
    [InlineData(LargestChunk + 1, 0, 1)]
    public void A_failure_after_any_pieces_is_told_in_the_trailers(params int[] pieces)
    {
        using StreamingApiServer api = new(2);

        api.Run((payload, _, response) =>
        {
            response.BeginHttp(200, [PlainText]);
            response.TryWrite(default);
            foreach (int length in pieces)
            {
                Assert.True(response.TryWrite(new byte[length]));
            }

            throw new ReportableException($"The model of invocation {Encoding.UTF8.GetString(payload)} broke off: \"ä\".");
        });

        Assert.Equal(2, api.Answers.Count);
        for (int i = 0; i < 2; i++)
        {
            StreamedAnswer answer = api.Answers[i];
            Assert.Equal(pieces.Sum(), answer.Body.Length);
            Assert.Equal("Hashee.Host.ReportableException", answer.Trailers["Lambda-Runtime-Function-Error-Type"]);
            JsonElement error = ErrorOf(answer);
            Assert.Equal("Hashee.Host.ReportableException", error.GetProperty("errorType").GetString());
            Assert.Equal($"The model of invocation {i + 1} broke off: \"ä\".", error.GetProperty("errorMessage").GetString());
            Assert.Equal(2, answer.Trailers.Count);
            Assert.True(answer.WasClosedAfterwards);
        }

        Assert.Empty(api.Reports);
    }

    [Fact]
    public void The_message_of_an_exception_is_withheld_in_the_trailers_too()
    {
        using StreamingApiServer api = new(1);

        api.Run(static (_, _, response) =>
        {
            Write(response, "text"u8);
            throw new FormatException("secret");
        });

        string? message = ErrorOf(Assert.Single(api.Answers)).GetProperty("errorMessage").GetString();
        Assert.StartsWith("System.FormatException", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_message_is_cut_since_trailers_have_little_room()
    {
        using StreamingApiServer api = new(1);

        api.Run(static (_, _, response) =>
        {
            Write(response, "text"u8);
            throw new ReportableException(new string('"', 100_000));
        });

        StreamedAnswer answer = Assert.Single(api.Answers);
        Assert.Equal(2000, ErrorOf(answer).GetProperty("errorMessage").GetString()!.Length);
        Assert.InRange(answer.Trailers["Lambda-Runtime-Function-Error-Body"].Length, 1, 8 * 1024);
    }

    [Fact]
    public void A_prelude_of_the_largest_size_is_sent()
    {
        using StreamingApiServer api = new(1);
        int others = """{"statusCode":200,"headers":{"x":""}}""".Length;

        api.Run((_, _, response) => response.BeginHttp(200, [new HttpHeader("x", new string('v', StreamedResponse.LargestPrelude - others))]));

        Assert.Equal(16 * 1024, Assert.Single(api.Answers).Chunks[0].Length);
    }

    [Fact]
    public void A_larger_prelude_is_refused_and_a_smaller_one_may_follow()
    {
        using StreamingApiServer api = new(1);
        int others = """{"statusCode":200,"headers":{"x":""}}""".Length;
        string tooLong = new('v', StreamedResponse.LargestPrelude - others + 1);

        api.Run((_, _, response) =>
        {
            Assert.Throws<ArgumentException>(() => response.BeginHttp(200, [new HttpHeader("x", tooLong)]));
            response.BeginHttp(500, []);
        });

        Assert.Equal("""{"statusCode":500,"headers":{}}""", Assert.Single(api.Answers).Prelude);
    }

    [Theory]
    [InlineData("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("")]
    public void An_early_answer_or_end_is_told_by_the_next_writes_and_the_instance_lives_on(string early)
    {
        using StreamingApiServer api = new(3, answer =>
        {
            answer.ReadChunk();
            answer.ReadChunk();
            if (answer.Body == "2")
            {
                answer.Connection.Send(early);
            }
            else
            {
                answer.Accept();
            }
        });
        List<bool> later = [];

        api.Run((payload, _, response) =>
        {
            Write(response, payload);
            if (payload.SequenceEqual("2"u8))
            {
                WriteUntilRefused(response);
                later.Add(response.TryWrite("more"u8));
                later.Add(response.TryWrite(default));
            }
        });

        Assert.Equal([false, false], later);
        Assert.Equal(["1", "2", "3"], api.Answers.Select(static answer => answer.Body[..1]));
        Assert.Empty(api.Reports);
    }

    [Fact]
    public void A_reset_in_the_middle_is_told_by_the_next_writes_and_the_instance_lives_on()
    {
        using StreamingApiServer api = new(3, static answer =>
        {
            answer.ReadChunk();
            answer.ReadChunk();
            if (answer.Body == "2")
            {
                answer.Connection.Reset();
            }
            else
            {
                answer.Accept();
            }
        });

        api.Run(static (payload, _, response) =>
        {
            Write(response, payload);
            if (payload.SequenceEqual("2"u8))
            {
                WriteUntilRefused(response);
            }
        });

        Assert.Equal(["1", "2", "3"], api.Answers.Select(static answer => answer.Body[..1]));
    }

    [Fact]
    public void A_handler_that_fails_once_nobody_listens_any_more_does_not_end_the_instance()
    {
        using StreamingApiServer api = new(2, static answer =>
        {
            answer.ReadChunk();
            if (answer.ReadChunk()![0] == '1')
            {
                answer.Connection.Reset();
            }
            else
            {
                answer.Accept();
            }
        });

        api.Run(static (payload, _, response) =>
        {
            Write(response, payload);
            if (payload.SequenceEqual("1"u8))
            {
                WriteUntilRefused(response);
                throw new OperationCanceledException();
            }
        });

        Assert.Equal("2", api.Answers[1].Body);
        Assert.Empty(api.Reports);
    }

    [Fact]
    public void A_writer_that_waits_for_a_reader_is_freed_when_that_one_answers_instead()
    {
        using StreamingApiServer api = new(1, static answer =>
        {
            answer.ReadChunk();
            answer.Connection.Send("HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 0\r\n\r\n");
            answer.Connection.Stall();
        });
        bool? isTaken = null;

        api.Run((_, _, response) =>
        {
            response.BeginHttp(200, [PlainText]);
            isTaken = response.TryWrite(new byte[256 * 1024 * 1024]);
        });

        Assert.False(isTaken);
    }

    [Fact]
    public void A_slow_reader_holds_up_the_writer()
    {
        const int Total = 128 * 1024 * 1024;
        long written = 0;
        long whenReading = -1;
        using StreamingApiServer api = new(1, answer =>
        {
            answer.ReadChunk();
            answer.ReadChunk();
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref written) > 1024 * 1024, -1));
            whenReading = Volatile.Read(ref written);
            answer.Accept();
        });

        api.Run((_, _, response) =>
        {
            response.BeginHttp(200, [PlainText]);
            byte[] piece = new byte[LargestChunk];
            for (int i = 0; i < Total / LargestChunk; i++)
            {
                response.TryWrite(piece);
                Volatile.Write(ref written, written + LargestChunk);
            }
        });

        // What the kernel keeps for both ends is far less.
        Assert.InRange(whenReading, 1, Total / 2);
        Assert.Equal(Total, Assert.Single(api.Answers).Content.Length - Assert.Single(api.Answers).Chunks[0].Length);
    }

    [Fact]
    public void An_answer_of_200_MB_needs_no_memory()
    {
        const int Pieces = 200 * 1024 * 1024 / LargestChunk;
        long received = 0;
        long allocated = -1;
        using StreamingApiServer api = new(1, answer =>
        {
            // The end may come in pieces: what was read last stays in front of what is read next.
            ReadOnlySpan<byte> end = "\r\n0\r\n\r\n"u8;
            byte[] buffer = new byte[end.Length + (64 * 1024)];
            int count;
            while ((count = answer.Connection.Stream.Read(buffer.AsSpan(end.Length))) > 0)
            {
                received += count;
                buffer.AsSpan(count, end.Length).CopyTo(buffer);
                if (buffer.AsSpan(0, end.Length).SequenceEqual(end))
                {
                    break;
                }
            }

            answer.Connection.Send(RuntimeApiServer.Accepted);
        });

        api.Run((_, _, response) =>
        {
            byte[] piece = new byte[LargestChunk];
            response.Begin("application/octet-stream");
            response.TryWrite(piece);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 1; i < Pieces; i++)
            {
                response.TryWrite(piece);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        });

        Assert.Equal(0, allocated);
        Assert.InRange(received, 200L * 1024 * 1024, 201L * 1024 * 1024);
    }

    [Fact]
    public void The_instance_ends_when_the_Runtime_API_cannot_go_on()
    {
        using StreamingApiServer api = new(2, static answer =>
        {
            answer.ReadToEnd();
            answer.Connection.Send("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
        });

        Assert.Equal(1, api.Run(static (payload, _, response) => Write(response, payload)));
        Assert.Single(api.Answers);
    }

    [Fact]
    public void The_instance_lives_on_when_its_answer_is_refused_or_not_answered()
    {
        using StreamingApiServer api = new(3, static answer =>
        {
            answer.ReadToEnd();
            answer.Connection.Send(answer.Body switch
            {
                "1" => "HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 0\r\n\r\n",
                "2" => "",
                _ => RuntimeApiServer.Accepted,
            });
        });

        api.Run(static (payload, _, response) => Write(response, payload));

        Assert.Equal(3, api.Answers.Count);
    }

    [Fact]
    public void Streamed_whole_and_failed_answers_follow_each_other_on_one_instance()
    {
        const int Invocations = 60;
        using StreamingApiServer api = new(Invocations);
        InvocationHandler streaming = LambdaRuntime.Streaming(static (payload, _, response) =>
        {
            int number = int.Parse(payload, System.Globalization.CultureInfo.InvariantCulture);
            if (number % 6 == 1)
            {
                throw new FormatException();
            }

            Write(response, payload);
            if (number % 6 == 3)
            {
                throw new FormatException();
            }
        });

        api.Run((payload, context, response) =>
        {
            if (payload[^1] % 2 == 0)
            {
                response.Write(payload);
            }
            else
            {
                streaming(payload, context, response);
            }
        });

        int[] odd = [.. Enumerable.Range(1, Invocations).Where(static i => i % 2 == 1)];
        Assert.Equal(odd.Where(static i => i % 6 != 1).Select(static i => $"{i}"), api.Answers.Select(static answer => answer.Body));
        Assert.Equal(
            odd.Where(static i => i % 6 == 3).Select(static i => $"{i}"),
            api.Answers.Where(static answer => answer.Trailers.Count == 2).Select(static answer => answer.Body));
        Assert.Equal(
            Enumerable.Range(1, Invocations).Where(static i => i % 2 == 0 || i % 6 == 1).Select(static i => $"request-{i}"),
            api.Reports.Select(static report => report.StartLine.Split('/')[4]));
        Assert.Equal(1 + api.Answers.Count, api.Connections);
    }

    private static void Write(StreamedResponse response, ReadOnlySpan<byte> text)
    {
        response.BeginHttp(200, [PlainText]);
        response.TryWrite(text);
    }

    private static void WriteUntilRefused(StreamedResponse response)
    {
        while (response.TryWrite("more"u8))
        {
        }
    }

    private static JsonElement ErrorOf(StreamedAnswer answer) =>
        JsonDocument.Parse(Convert.FromBase64String(answer.Trailers["Lambda-Runtime-Function-Error-Body"])).RootElement;
}
