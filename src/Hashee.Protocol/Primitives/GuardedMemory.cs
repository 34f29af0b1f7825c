using System.Runtime.InteropServices;

namespace Hashee.Protocol;

// Memory for a secret from sodium_malloc: guard pages around it, kept out of swap and core dumps where the system allows it,
// wiped when it is freed. Filled once, then sealed: read-only until it is freed.
internal sealed class GuardedMemory : SafeHandle
{
    internal GuardedMemory(int length)
        : base(0, ownsHandle: true)
    {
        Length = length;
        SetHandle(Sodium.sodium_malloc((nuint)length));
        if (IsInvalid)
        {
            throw new InsufficientMemoryException("libsodium has no memory for a key.");
        }
    }

    internal int Length { get; }

    public override bool IsInvalid => handle == 0;

    // For filling, by the one who made it: nothing keeps the memory alive while the span is in use but the caller's reference.
    internal unsafe Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return new Span<byte>((void*)handle, Length);
        }
    }

    internal void Seal()
    {
        if (Sodium.sodium_mprotect_readonly(this) != 0)
        {
            throw new InvalidOperationException("The memory of a key cannot be made read-only.");
        }
    }

    internal void CopyTo(Span<byte> destination)
    {
        bool added = false;
        try
        {
            DangerousAddRef(ref added);
            Span.CopyTo(destination);
        }
        finally
        {
            if (added)
            {
                DangerousRelease();
            }
        }
    }

    protected override bool ReleaseHandle()
    {
        Sodium.sodium_free(handle);
        return true;
    }
}
