namespace Hashee.Host.Transport;

/// <summary>Trusts the roots of Amazon Trust Services, and nobody else.</summary>
internal sealed unsafe class AmazonTrust : Trust
{
    private AmazonTrust()
    {
    }

    internal static AmazonTrust Instance { get; } = new();

    internal override TrustedRoots ReadRoots(void* context) => TrustedRoots.Read(AmazonRoots.Pem.ToArray());
}
