namespace Hashee.Testing;

/// <summary>A request as a <see cref="ScriptedPlatform"/> got it.</summary>
/// <param name="Target">Path and query as sent, escapes included.</param>
internal sealed record PlatformRequest(string Method, string Target, string Authorization, string Body);
