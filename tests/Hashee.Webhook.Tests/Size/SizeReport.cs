using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Hashee.Webhook.Tests.Size;

/// <summary>
/// The size report that the Native AOT compiler writes beside a binary (<c>IlcGenerateMstatFile</c>): a managed assembly whose
/// global methods <c>Types</c> and <c>Methods</c> list, as instructions, a token and the bytes it takes, and <c>Blobs</c> a name and bytes.
/// </summary>
internal sealed class SizeReport : IDisposable
{
    private readonly PEReader _image;
    private readonly MetadataReader _metadata;

    public SizeReport(string path)
    {
        _image = new PEReader(File.OpenRead(path));
        _metadata = _image.GetMetadataReader();
    }

    /// <summary>The assemblies that have code or data in the binary.</summary>
    public IReadOnlyList<string> Assemblies =>
        [.. _metadata.AssemblyReferences.Select(handle => _metadata.GetString(_metadata.GetAssemblyReference(handle).Name))];

    /// <summary>The full names of the types that have code or data in the binary.</summary>
    public IReadOnlyList<string> TypeNames =>
    [
        .. _metadata.TypeReferences.Select(handle => _metadata.GetTypeReference(handle))
            .Select(type => $"{NamespaceOf(type)}.{_metadata.GetString(type.Name)}"),
    ];

    /// <summary>
    /// Bytes by namespace: machine code, garbage collection and exception tables, and type descriptions. What belongs to no namespace,
    /// such as constant data, comes under the compiler's name for it in brackets.
    /// </summary>
    public IReadOnlyDictionary<string, int> BytesByNamespace()
    {
        Dictionary<string, int> bytes = new(StringComparer.Ordinal);
        foreach (string list in (string[])["Types", "Methods"])
        {
            foreach ((EntityHandle entity, int size) in Rows(list))
            {
                string name = NamespaceOf(entity);
                bytes[name] = bytes.GetValueOrDefault(name) + size;
            }
        }

        string blob = "";
        foreach ((ILOpCode opcode, int operand) in Instructions("Blobs"))
        {
            if (opcode == ILOpCode.Ldstr)
            {
                blob = $"({_metadata.GetUserString((UserStringHandle)MetadataTokens.Handle(operand))})";
            }
            else if (opcode != ILOpCode.Ret)
            {
                bytes[blob] = bytes.GetValueOrDefault(blob) + operand;
            }
        }

        return bytes;
    }

    /// <summary>A row is a token and its numbers; the last number is the place of the mangled name.</summary>
    private IEnumerable<(EntityHandle Entity, int Size)> Rows(string list)
    {
        EntityHandle entity = default;
        List<int> numbers = [];
        foreach ((ILOpCode opcode, int operand) in Instructions(list))
        {
            switch (opcode)
            {
                case ILOpCode.Ldtoken or ILOpCode.Ret:
                    if (!entity.IsNil)
                    {
                        yield return (entity, numbers.Take(numbers.Count - 1).Sum());
                    }

                    entity = opcode == ILOpCode.Ldtoken ? (EntityHandle)MetadataTokens.Handle(operand) : default;
                    numbers.Clear();
                    break;
                default:
                    numbers.Add(operand);
                    break;
            }
        }
    }

    private IEnumerable<(ILOpCode Opcode, int Operand)> Instructions(string list)
    {
        MethodDefinition method = _metadata.MethodDefinitions
            .Select(handle => _metadata.GetMethodDefinition(handle))
            .Single(method => _metadata.GetString(method.Name) == list);
        byte[] il = _image.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!;
        for (int i = 0; i < il.Length;)
        {
            ILOpCode opcode = (ILOpCode)il[i++];
            switch (opcode)
            {
                case ILOpCode.Ldtoken or ILOpCode.Ldc_i4 or ILOpCode.Ldstr:
                    yield return (opcode, BitConverter.ToInt32(il, i));
                    i += 4;
                    break;
                case ILOpCode.Ldc_i4_s:
                    yield return (opcode, (sbyte)il[i++]);
                    break;
                case >= ILOpCode.Ldc_i4_m1 and <= ILOpCode.Ldc_i4_8:
                    yield return (opcode, opcode - ILOpCode.Ldc_i4_0);
                    break;
                case ILOpCode.Ret:
                    yield return (opcode, 0);
                    break;
                default:
                    throw new InvalidDataException($"{list} holds {opcode}: the compiler's report has a new form");
            }
        }
    }

    private string NamespaceOf(EntityHandle entity) => entity.Kind switch
    {
        HandleKind.MethodSpecification => NamespaceOf(_metadata.GetMethodSpecification((MethodSpecificationHandle)entity).Method),
        HandleKind.MemberReference => NamespaceOf(_metadata.GetMemberReference((MemberReferenceHandle)entity).Parent),
        HandleKind.TypeReference => NamespaceOf(_metadata.GetTypeReference((TypeReferenceHandle)entity)),
        HandleKind.TypeSpecification => NamespaceOf(_metadata.GetTypeSpecification((TypeSpecificationHandle)entity)),
        _ => $"({entity.Kind})",
    };

    private string NamespaceOf(TypeReference type)
    {
        while (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            type = _metadata.GetTypeReference((TypeReferenceHandle)type.ResolutionScope);
        }

        return type.Namespace.IsNil ? "(global)" : _metadata.GetString(type.Namespace);
    }

    /// <summary>The namespace of the outermost named type in a signature such as <c>List&lt;string&gt;[]</c>.</summary>
    private string NamespaceOf(TypeSpecification type)
    {
        BlobReader signature = _metadata.GetBlobReader(type.Signature);
        while (signature.RemainingBytes > 0)
        {
            switch (signature.ReadSignatureTypeCode())
            {
                case SignatureTypeCode.TypeHandle:
                    return NamespaceOf(signature.ReadTypeHandle());
                case SignatureTypeCode.GenericTypeInstance or SignatureTypeCode.SZArray or SignatureTypeCode.Array
                    or SignatureTypeCode.Pointer or SignatureTypeCode.ByReference:
                    break;
                default:
                    return "System";
            }
        }

        return "System";
    }

    public void Dispose() => _image.Dispose();
}
