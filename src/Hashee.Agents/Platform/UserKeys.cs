using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>The public keys of one user's devices; a device whose key of one kind is unusable is missing from that list only.</summary>
/// <param name="Signing">Ed25519: any of them may have signed.</param>
/// <param name="Encryption">X25519: a sealed reply is for all of them.</param>
/// <param name="FetchedAt">A time stamp of the cache's clock.</param>
internal sealed record UserKeys(IReadOnlyList<Ed25519PublicKey> Signing, IReadOnlyList<X25519PublicKey> Encryption, long FetchedAt);
