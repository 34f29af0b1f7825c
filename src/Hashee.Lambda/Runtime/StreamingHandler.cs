using Hashee.Host;

namespace Hashee.Lambda;

/// <summary>
/// What a function does with one event when its answer is to leave while it is made; <see cref="LambdaRuntime.Streaming"/> makes an
/// <see cref="InvocationHandler"/> of it. An exception before the first byte has left is reported as that of any handler. Later it ends the answer with the
/// error in its trailers (with its message only when it is a <see cref="ReportableException"/>). The instance lives on in both cases.
/// </summary>
/// <param name="payload">The event's bytes; they are valid until the handler returns.</param>
/// <param name="context">The invocation; valid until the handler returns.</param>
/// <param name="response">Takes the answer; valid until the handler returns.</param>
public delegate void StreamingHandler(ReadOnlySpan<byte> payload, InvocationContext context, StreamedResponse response);
