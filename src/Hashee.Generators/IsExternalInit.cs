#pragma warning disable IDE0130 // the compiler looks for it there
namespace System.Runtime.CompilerServices;
#pragma warning restore IDE0130

/// <summary>What records need and netstandard2.0 has not.</summary>
internal static class IsExternalInit;
