using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace Hashee.Generators;

/// <summary>A list that equals another with the same elements, so that the compiler sees when nothing has changed.</summary>
internal sealed class EquatableList<T>(IEnumerable<T> elements) : IReadOnlyList<T>, IEquatable<EquatableList<T>>
    where T : IEquatable<T>
{
    private readonly T[] _elements = [.. elements];

    public int Count => _elements.Length;

    public T this[int index] => _elements[index];

    public bool Equals(EquatableList<T>? other) => other is not null && _elements.SequenceEqual(other._elements);

    public override bool Equals(object? obj) => Equals(obj as EquatableList<T>);

    public override int GetHashCode() => _elements.Length == 0 ? 0 : _elements[0].GetHashCode() + (31 * _elements.Length);

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_elements).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
