using System.Globalization;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests.Sqs;

/// <summary>A signature holds for five minutes; a function's clock may be further off.</summary>
public class SqsClockTests
{
    private const string WrongSignature = """{"__type":"com.amazonaws.sqs#SignatureDoesNotMatch"}""";

    private readonly List<HttpMessage> _requests = [];

    [Theory]
    [InlineData("SignatureDoesNotMatch", -60)]
    [InlineData("InvalidSignatureException", 60)]
    [InlineData("RequestExpired", -6)]
    [InlineData("RequestTimeTooSkewed", 1000)]
    [InlineData("RequestInTheFuture", 1000)]
    [InlineData("AuthFailure", 1000)]
    public void A_signature_refused_for_the_clock_is_made_again_with_the_services(string code, int minutesAhead)
    {
        using LoopbackServer server = new(Check(code));
        using SqsClient client = SqsTest.NewClient(server, clock: () => DateTimeOffset.UtcNow.AddMinutes(minutesAhead));

        Assert.True(SqsTest.SendToStandardQueue(client).IsAccepted);
        Assert.Equal(2, _requests.Count);
        Assert.Equal(_requests[0].Text, _requests[1].Text);

        // What was learnt is kept.
        Assert.True(SqsTest.SendToStandardQueue(client).IsAccepted);
        Assert.Equal(3, _requests.Count);
    }

    [Fact]
    public void A_signature_is_made_again_only_once()
    {
        int hours = 0;
        using LoopbackServer server = new(Answer(() => SqsScripts.Response(403, WrongSignature, DateHeader(DateTimeOffset.UtcNow.AddHours(++hours)))));
        using SqsClient client = SqsTest.NewClient(server);

        Assert.Equal(new SqsOutcome(SqsOutcomeKind.Refused, "HTTP 403 SignatureDoesNotMatch", 403), SqsTest.Send(client));
        Assert.Equal(2, _requests.Count);
    }

    [Theory]
    [InlineData(WrongSignature, 3)]
    [InlineData("""{"__type":"com.amazonaws.sqs#AccessDenied"}""", 60)]
    public void A_refusal_for_another_reason_is_not_tried_again(string body, int minutesAhead)
    {
        using LoopbackServer server = new(Answer(() => SqsScripts.Response(403, body, DateHeader(DateTimeOffset.UtcNow.AddMinutes(minutesAhead)))));
        using SqsClient client = SqsTest.NewClient(server);

        Assert.Equal(SqsOutcomeKind.Refused, SqsTest.Send(client).Kind);
        Assert.Single(_requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Date: yesterday\r\n")]
    public void Without_the_services_time_nothing_is_made_again(string header)
    {
        using LoopbackServer server = new(Answer(() => SqsScripts.Response(403, WrongSignature, header)));
        using SqsClient client = SqsTest.NewClient(server);

        Assert.Equal(SqsOutcomeKind.Refused, SqsTest.Send(client).Kind);
        Assert.Single(_requests);
    }

    private static string DateHeader(DateTimeOffset date) => $"Date: {date.ToString("r", CultureInfo.InvariantCulture)}\r\n";

    private Action<ServerConnection> Answer(Func<string> answer) => connection =>
    {
        while (connection.ReadRequest() is { } request)
        {
            _requests.Add(request);
            connection.Send(answer());
        }
    };

    /// <summary>Takes what was signed within five minutes of now.</summary>
    private Action<ServerConnection> Check(string code) => connection =>
    {
        while (connection.ReadRequest() is { } request)
        {
            _requests.Add(request);
            DateTimeOffset signed = DateTimeOffset.ParseExact(
                request.Headers["X-Amz-Date"], "yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            bool isInTime = (signed - DateTimeOffset.UtcNow).Duration() < TimeSpan.FromMinutes(5);
            connection.Send(isInTime
                ? SqsScripts.Accepted(request)
                : SqsScripts.Response(403, $$"""{"__type":"com.amazonaws.sqs#{{code}}"}""", DateHeader(DateTimeOffset.UtcNow)));
        }
    };
}
