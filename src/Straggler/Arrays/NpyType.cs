namespace Straggler.Arrays;

/// <summary>The element types that are read and written, by NumPy's names. Objects, which NumPy pickles, are none of them.</summary>
public enum NpyType
{
    /// <summary>32-bit float, <c>&lt;f4</c>.</summary>
    F4,

    /// <summary>64-bit float, <c>&lt;f8</c>.</summary>
    F8,

    /// <summary>16-bit float, <c>&lt;f2</c>.</summary>
    F2,

    /// <summary>64-bit integer, <c>&lt;i8</c>.</summary>
    I8,

    /// <summary>32-bit integer, <c>&lt;i4</c>.</summary>
    I4,

    /// <summary>8-bit unsigned integer, <c>|u1</c>.</summary>
    U1,

    /// <summary>Boolean of one byte, <c>|b1</c>.</summary>
    B1,
}
