using Hashee.Host;

namespace Hashee.Agents;

/// <summary>
/// A model gave no answer. The world's failure: it is away, slow, limits its callers or takes no notice of the key. Its own: it refuses this request.
/// </summary>
/// <param name="failure">Why; the code is the provider's own where it has one of at most 64 letters, digits and underscores.</param>
public sealed class ModelException(Failure failure) : AgentException(failure)
{
    /// <summary>The code of a request that does not fit into the model's context, whatever the provider calls that.</summary>
    public const string ContextTooLong = "context_too_long";
}
