using System.Net;
using Hashee.Emulator.Lambda;

namespace Hashee.Emulator.Tests.Lambda;

public sealed class RuntimeApiTests : IAsyncLifetime
{
    private readonly PlayedFunction _played = new();
    private Task<InvocationResult> _invocation = null!;
    private RuntimeClient _runtime = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _invocation = _played.InvokeAsync("""{"key":"value"}""");
        _runtime = await _played.InstanceAsync();
    }

    public ValueTask DisposeAsync() => _played.DisposeAsync();

    [Fact]
    public async Task An_event_comes_with_its_context_in_headers()
    {
        long before = DateTimeOffset.UtcNow.AddSeconds(3).ToUnixTimeMilliseconds();
        RuntimeClient.Event next = await _runtime.NextAsync(Cancellation);
        long after = DateTimeOffset.UtcNow.AddSeconds(3).ToUnixTimeMilliseconds();

        Assert.Equal("""{"key":"value"}""", next.Body);
        Assert.True(Guid.TryParse(next.RequestId, out _));
        Assert.InRange(next.DeadlineMilliseconds, before, after);
        Assert.Equal("arn:aws:lambda:eu-central-1:123456789012:function:played", next.FunctionArn);
        Assert.Matches("^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$", next.TraceId);
    }

    [Fact]
    public async Task A_response_is_accepted_once()
    {
        RuntimeClient.Event next = await _runtime.NextAsync(Cancellation);

        RuntimeClient.Answer first = await _runtime.RespondAsync(next.RequestId, "1");
        RuntimeClient.Answer second = await _runtime.RespondAsync(next.RequestId, "2");

        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        Assert.Equal((HttpStatusCode.Forbidden, "InvalidStateTransition"), (second.Status, second.ErrorType));
        Assert.Equal("1", PlayedFunction.Text(await _invocation));
    }

    [Fact]
    public async Task An_unknown_request_id_is_refused_and_the_event_stays_open()
    {
        RuntimeClient.Event next = await _runtime.NextAsync(Cancellation);

        RuntimeClient.Answer response = await _runtime.RespondAsync("unknown", "1");
        RuntimeClient.Answer error = await _runtime.FailAsync("unknown", "{}");

        Assert.Equal((HttpStatusCode.BadRequest, "InvalidRequestID"), (response.Status, response.ErrorType));
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidRequestID"), (error.Status, error.ErrorType));
        Assert.Equal(HttpStatusCode.Accepted, (await _runtime.RespondAsync(next.RequestId, "1")).Status);
    }

    [Fact]
    public async Task A_response_before_the_first_event_is_refused()
    {
        RuntimeClient.Answer answer = await _runtime.RespondAsync("unknown", "1");

        Assert.Equal((HttpStatusCode.Forbidden, "InvalidStateTransition"), (answer.Status, answer.ErrorType));
    }

    [Fact]
    public async Task Asking_for_an_event_while_one_is_open_is_refused()
    {
        await _runtime.NextAsync(Cancellation);

        using HttpResponseMessage response = await _runtime.GetNextAsync(Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task An_init_error_after_the_first_event_is_refused()
    {
        await _runtime.NextAsync(Cancellation);

        RuntimeClient.Answer answer = await _runtime.FailInitAsync("{}");

        Assert.Equal((HttpStatusCode.Forbidden, "InvalidStateTransition"), (answer.Status, answer.ErrorType));
    }

    [Fact]
    public async Task A_runtime_that_reported_an_init_error_gets_no_event()
    {
        await _runtime.FailInitAsync("{}");

        using HttpResponseMessage response = await _runtime.GetNextAsync(Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task A_response_of_six_megabytes_is_accepted()
    {
        RuntimeClient.Event next = await _runtime.NextAsync(Cancellation);

        RuntimeClient.Answer answer = await _runtime.RespondAsync(next.RequestId, new string('1', 6 * 1_048_576));

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(6 * 1_048_576, (await _invocation).Payload.Length);
    }

    [Fact]
    public async Task A_response_over_six_megabytes_is_refused_and_fails_the_invocation()
    {
        RuntimeClient.Event next = await _runtime.NextAsync(Cancellation);

        RuntimeClient.Answer answer = await _runtime.RespondAsync(next.RequestId, new string('1', (6 * 1_048_576) + 101));

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "RequestEntityTooLarge"), (answer.Status, answer.ErrorType));
        Assert.Equal("Function.ResponseSizeTooLarge", PlayedFunction.ErrorType(await _invocation));
    }

    [Fact]
    public async Task Of_two_requests_for_an_event_the_later_one_gets_it()
    {
        RuntimeClient.Event first = await _runtime.NextAsync(Cancellation);
        await _runtime.RespondAsync(first.RequestId, "1");
        Task<HttpResponseMessage> earlier = _runtime.GetNextAsync(Cancellation);
        Task<HttpResponseMessage> later = _runtime.GetNextAsync(Cancellation);

        using HttpResponseMessage refused = await await Task.WhenAny(earlier, later);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Task<InvocationResult> second = _played.InvokeAsync("2");
        using HttpResponseMessage served = await (earlier.IsCompleted ? later : earlier);

        Assert.Equal("2", await served.Content.ReadAsStringAsync(Cancellation));
        await _runtime.RespondAsync(served.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single(), "2");
        Assert.Equal(InvocationOutcome.Success, (await second).Outcome);
    }

    [Fact]
    public async Task Unknown_paths_and_methods_are_refused()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await _runtime.PostAsync("nonsense", "{}")).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _runtime.PostAsync("invocation/next", "{}")).Status);
    }
}
