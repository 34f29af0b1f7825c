namespace Hashee.Protocol;

/// <summary>One entry of an envelope: a user with several devices has one for each, all under the user's id.</summary>
/// <param name="Id">The user's or agent's id, 1 to 255 bytes in UTF-8.</param>
/// <param name="Key">The device's key.</param>
public readonly record struct Recipient(string Id, X25519PublicKey Key);
