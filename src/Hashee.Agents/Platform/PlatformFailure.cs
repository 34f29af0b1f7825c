using System.Globalization;
using Hashee.Host;

namespace Hashee.Agents.Platform;

/// <summary>What a request that Hashee did not fulfil means for the message that it was made for.</summary>
internal static class PlatformFailure
{
    private const StringComparison AnyCase = StringComparison.OrdinalIgnoreCase;

    /// <summary>There was an answer, and it is not 2xx.</summary>
    /// <param name="status">Its HTTP status.</param>
    /// <param name="code">The error's own code, if it is fit for a log.</param>
    /// <param name="wait">How long the platform wants to be left alone, if it said so.</param>
    public static Failure Of(int status, string? code, TimeSpan? wait)
    {
        string number = status.ToString(CultureInfo.InvariantCulture);
        return new Failure(
            KindOf(status, code),
            code ?? $"platform_{number}",
            $"the platform answered {number}{(code is null ? "" : " ")}{code}",
            wait);
    }

    /// <summary>There was no answer.</summary>
    /// <param name="code">A word for it.</param>
    /// <param name="reason">A sentence for the log.</param>
    public static Failure Unanswered(string code, string reason) => new(FailureKind.World, code, reason);

    /// <summary>
    /// A wrong token (401, and 403 without a reason) is the operator's to mend. What is gone does not come back; anything else that the platform
    /// says no to (4xx) is about what was asked. A redirect comes from a wrong base URL.
    /// </summary>
    private static FailureKind KindOf(int status, string? code) => status switch
    {
        401 or 408 or 429 => FailureKind.World,
        403 when code is null => FailureKind.World,
        403 when IsRelationGone(code) => FailureKind.Final,
        404 or 410 => FailureKind.Final,
        >= 400 and < 500 => FailureKind.Own,
        _ => FailureKind.World,
    };

    /// <summary>
    /// The documented events of a relation's end are <c>relation.revoked</c> and, formerly, <c>relation.terminated</c>; a suspended one may be restored.
    /// </summary>
    private static bool IsRelationGone(string code) =>
        code.Contains("relation", AnyCase)
            ? code.Contains("revoked", AnyCase) || code.Contains("terminated", AnyCase)
                || code.Contains("gone", AnyCase) || code.Contains("not_found", AnyCase)
            : code.Contains("blocked", AnyCase) && code.Contains("user", AnyCase);
}
