namespace IdResolution.Core.Events;

/// <summary>By what the rows of the quality archive are counted.</summary>
public enum QualityDimension
{
    /// <summary>The plant's day.</summary>
    Day,

    /// <summary>The week of the plant's day, from Monday on.</summary>
    Week,

    /// <summary>The month of the plant's day.</summary>
    Month,

    /// <summary>The line that the record of the machine says.</summary>
    Line,

    /// <summary>The machines of the event; it counts for each.</summary>
    Machine,

    /// <summary>The tools of the event; it counts for each.</summary>
    Tool,

    /// <summary>The supplier that the record of the item says.</summary>
    Supplier,

    /// <summary>The step.</summary>
    Step,

    /// <summary>The template of the item.</summary>
    Template,

    /// <summary>What was measured.</summary>
    Characteristic,

    /// <summary>The code of the defect.</summary>
    Defect,
}
