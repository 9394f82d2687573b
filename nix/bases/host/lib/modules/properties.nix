# Properties of definitions (mkIf, mkMerge, mkOverride, mkOrder): how they are made, and how they are carried out.
{ lib }:
let
  inherit (builtins)
    any
    concatMap
    filter
    foldl'
    head
    isAttrs
    isBool
    length
    mapAttrs
    ;
  kind = v: v._type or null;
in
rec {
  defaultOverridePriority = 100;
  defaultOrderPriority = 1000;

  mkIf = condition: content: {
    _type = "if";
    inherit condition content;
  };
  mkAssert =
    assertion: message: mkIf (if assertion then true else throw "\nFailed assertion: ${message}");
  mkMerge = contents: {
    _type = "merge";
    inherit contents;
  };
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };
  mkOrder = priority: content: {
    _type = "order";
    inherit priority content;
  };
  # A value together with the file that it counts as defined in.
  mkDefinition = args@{ file, value, ... }: args // { _type = "definition"; };

  mkOptionDefault = mkOverride 1500;
  mkDefault = mkOverride 1000;
  mkImageMediaOverride = mkOverride 60;
  mkForce = mkOverride 50;
  mkVMOverride = mkOverride 10;
  mkBefore = mkOrder 500;
  mkAfter = mkOrder 1500;
  mkFixStrictness = lib.warn "lib.mkFixStrictness has no effect: remove the call, it returns its argument." lib.id;

  mkAliasDefinitions = mkAliasAndWrapDefinitions lib.id;
  mkAliasAndWrapDefinitions = wrap: option: mkIf option.isDefined (wrap (mkMerge option.definitions));
  mkAliasAndWrapDefsWithPriority =
    wrap: option:
    let
      priority = option.highestPrio or defaultOverridePriority;
    in
    mkIf option.isDefined (wrap (mkMerge (map (mkOverride priority) option.definitions)));
  mkAliasIfDef = option: mkIf option.isDefined;
  mkDerivedConfig = option: f: mkOverride (option.highestPrio or defaultOverridePriority) (f option.value);

  # Applies f to the value inside of all properties.
  mapDefinitionValue =
    f: def:
    let
      inner = mapDefinitionValue f;
      type = kind def;
    in
    if type == "merge" then
      def // { contents = map inner def.contents; }
    else if type == "if" || type == "override" || type == "order" then
      def // { content = inner def.content; }
    else if type == "definition" then
      def // { value = inner def.value; }
    else
      f def;

  # A set with properties around it -> sets with the properties around each attribute. Conditions stay unevaluated:
  # that is what lets them refer to the configuration that they are part of.
  pushDownProperties =
    set:
    let
      type = kind set;
      wrapEach = wrap: map (s: if isAttrs s then mapAttrs (_: wrap) s else s) (pushDownProperties set.content);
    in
    if type == null then
      [ set ]
    else if type == "merge" then
      concatMap pushDownProperties set.contents
    else if type == "if" then
      wrapEach (mkIf set.condition)
    else if type == "override" then
      wrapEach (mkOverride set.priority)
    else
      [ set ];

  # A value with mkMerge and mkIf around it -> the values that hold.
  dischargeProperties =
    def:
    let
      type = kind def;
    in
    if type == "merge" then
      concatMap dischargeProperties def.contents
    else if type == "if" then
      if !isBool def.condition then
        throw "‘mkIf’ called with a non-Boolean condition"
      else if def.condition then
        dischargeProperties def.content
      else
        [ ]
    else
      [ def ];

  filterOverrides = defs: (filterOverrides' defs).values;

  # { values, highestPrio }: the definitions of the highest priority (the lowest number), without their mkOverride.
  filterOverrides' =
    let
      priorityOf = def: if kind def.value == "override" then def.value.priority else defaultOverridePriority;
      strip = def: if kind def.value == "override" then def // { value = def.value.content; } else def;
    in
    defs:
    if length defs == 1 then
      {
        values = map strip defs;
        highestPrio = priorityOf (head defs);
      }
    else
      let
        highestPrio = foldl' (p: def: lib.min p (priorityOf def)) 9999 defs;
      in
      {
        inherit highestPrio;
        values = map strip (filter (def: priorityOf def == highestPrio) defs);
      };

  # Sorts by mkOrder and strips it; definitions of one order stay as they came.
  sortProperties =
    let
      isOrdered = def: kind def.value == "order";
      strip =
        def:
        if isOrdered def then
          def
          // {
            value = def.value.content;
            inherit (def.value) priority;
          }
        else
          def;
      priorityOf = def: def.priority or defaultOrderPriority;
    in
    defs:
    if any isOrdered defs then
      builtins.sort (a: b: priorityOf a < priorityOf b) (map strip defs)
    else
      defs;
}
