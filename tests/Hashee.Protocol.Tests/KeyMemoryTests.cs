using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Hashee.Protocol.Tests;

// The memory of secrets as the kernel sees it.
public sealed class KeyMemoryTests
{
    [Fact]
    public void The_memory_of_a_key_is_read_only_between_guard_pages()
    {
        using X25519PrivateKey x25519 = X25519PrivateKey.Generate();
        using X25519PrivateKey imported = X25519PrivateKey.Import(new byte[32]);
        using Ed25519PrivateKey ed25519 = Ed25519PrivateKey.Generate();
        using HmacSha256 hmac = new("key"u8);

        Assert.All((object[])[x25519, imported, ed25519, hmac], static key =>
        {
            (string own, string before, string after) = Permissions(MemoryOf(key));

            Assert.Equal("r--p", own);
            Assert.Equal("---p", before);
            Assert.Equal("---p", after);
        });
    }

    [Fact]
    public void Memory_that_is_not_sealed_yet_can_be_written()
    {
        using GuardedMemory memory = new(32);

        Assert.Equal("rw-p", Permissions(memory).Own);
        memory.Seal();
        Assert.Equal("r--p", Permissions(memory).Own);
    }

    private static GuardedMemory MemoryOf(object key) => (GuardedMemory)key.GetType()
        .GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
        .Single(static field => field.FieldType == typeof(GuardedMemory))
        .GetValue(key)!;

    // What may be done with the pages of the memory, and with those right before and after them.
    private static unsafe (string Own, string Before, string After) Permissions(GuardedMemory memory)
    {
        ulong address = (ulong)Unsafe.AsPointer(ref memory.Span[0]);
        List<(ulong Start, ulong End, string Permissions)> regions =
        [
            .. File.ReadLines("/proc/self/maps").Select(static line =>
            {
                string[] fields = line.Split(' ', 3);
                string[] range = fields[0].Split('-');
                return (Hex(range[0]), Hex(range[1]), fields[1]);
            }),
        ];
        (ulong start, ulong end, string own) = regions.Single(region => region.Start <= address && address < region.End);
        return (own, At(start - 1), At(end));

        string At(ulong place) => regions.SingleOrDefault(region => region.Start <= place && place < region.End).Permissions ?? "nothing there";
    }

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
