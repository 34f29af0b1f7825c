using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>
/// A model. What ends an answer is a <see cref="ModelException"/>, or an <see cref="OperationCanceledException"/> when the token was cancelled before the
/// deadline. <see cref="ModelOptions"/> are understood.
/// </summary>
/// <param name="provider">What the provider is called in <c>HASHEE_MODEL</c>.</param>
/// <param name="modelId">The model.</param>
internal abstract class ModelClient(string provider, string modelId) : IChatClient
{
    /// <summary>Provider and model, for logs and metrics.</summary>
    internal virtual string Name { get; } = $"{provider}:{modelId}";

    protected string ModelId => modelId;

    /// <summary>
    /// Opens a connection ahead of the first question, on this thread: that belongs into INIT. A failure is logged and changes nothing.
    /// </summary>
    /// <param name="limit">The time it may take.</param>
    internal abstract void Connect(TimeSpan limit);

    /// <inheritdoc/>
    public abstract Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public abstract IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata(provider, null, modelId)
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public abstract void Dispose();
}
