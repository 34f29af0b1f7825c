namespace Hashee.Aws;

/// <summary>What the value of a header is; numbers are big-endian.</summary>
internal enum EventHeaderType : byte
{
    /// <summary>True, in no bytes.</summary>
    True,

    /// <summary>False, in no bytes.</summary>
    False,

    /// <summary>A signed number of 8 bits.</summary>
    Byte,

    /// <summary>A signed number of 16 bits.</summary>
    Short,

    /// <summary>A signed number of 32 bits.</summary>
    Integer,

    /// <summary>A signed number of 64 bits.</summary>
    Long,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>UTF-8.</summary>
    Text,

    /// <summary>Milliseconds since 1970, 64 bits.</summary>
    Timestamp,

    /// <summary>16 bytes.</summary>
    Uuid,
}
