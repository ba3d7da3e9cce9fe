"""What a book may hold when it reaches a browser, as data. What isn't named here doesn't get there.

Elements that are unknown lose their tag and keep their text; those in `REMOVED` go with all that is in them.
Attributes in `PLAIN` have the property that no value of theirs, on any element, makes a browser load, run,
send or go anywhere. Attributes whose value is an address, CSS or an animation are judged in `cleaning`.
"""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HTML_ELEMENTS: Final = _words("""
    html head title body style link meta
    article aside footer header h1 h2 h3 h4 h5 h6 hgroup main nav section search address
    blockquote dd div dl dt figcaption figure hr li menu ol p pre ul center
    a abbr acronym b bdi bdo big br cite code data del dfn em font i ins kbd mark q s samp small span strike
    strong sub sup time tt u var wbr ruby rb rbc rp rt rtc
    area audio img map picture source track video
    caption col colgroup table tbody td tfoot th thead tr
    details summary label fieldset legend meter progress
""")

SVG_ELEMENTS: Final = _words("""
    svg g defs symbol use switch title desc metadata view a style
    path rect circle ellipse line polyline polygon image text tspan textPath tref
    clipPath mask marker pattern linearGradient radialGradient stop foreignObject
    filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
    feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur
    feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile
    feTurbulence animate animateMotion animateTransform set mpath
""")

MATHML_ELEMENTS: Final = _words("""
    math maction menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts
    mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr mlabeledtr munder munderover
    none semantics maligngroup malignmark mlongdiv mscarries mscarry msgroup msline msrow mstack
""")

SMIL_ELEMENTS: Final = _words("smil head body seq par text audio")

ANIMATIONS: Final = _words("animate animatemotion animatetransform set discard")

# Which elements load something by these attributes, in lower case. Links (`a`, `area`) are another matter.
REFER_BY_HREF: Final = _words("""
    link use image feimage textpath tref mpath pattern lineargradient radialgradient filter
""")
REFER_BY_SRC: Final = _words("img audio video source track text")

# In lower case, and whatever namespace they claim.
REMOVED: Final = _words("""
    script iframe frame frameset embed applet portal fencedframe base template input select textarea datalist
    output keygen param bgsound handler listener annotation annotation-xml mglyph discard cursor
    color-profile font-face-uri trigger bindings
""")

ANIMATABLE: Final = _words("""
    x y x1 x2 y1 y2 cx cy r rx ry fx fy dx dy width height d points transform gradientTransform
    patternTransform opacity fill-opacity stroke-opacity stop-opacity flood-opacity fill stroke stop-color
    flood-color color stroke-width stroke-dasharray stroke-dashoffset visibility display offset viewBox
    pathLength rotate startOffset stdDeviation baseFrequency k1 k2 k3 k4 scale seed surfaceScale font-size
    letter-spacing
""")

_HTML_PLAIN = _words("""
    id class lang dir title role tabindex hidden translate alt width height align valign abbr axis border
    cellpadding cellspacing char charoff clear color face size colspan rowspan headers scope rules frame
    summary nowrap noshade bgcolor text span compact start reversed value type datetime coords shape usemap
    ismap hreflang media rel rev charset controls loop muted preload playsinline kind srclang label default
    open max min low high optimum sizes decoding loading vspace hspace for
""")

_SVG_PLAIN = _words("""
    accent-height alignment-baseline amplitude azimuth baseFrequency baseline-shift baseProfile bias clip
    clip-rule clipPathUnits color-interpolation color-interpolation-filters color-rendering
    contentStyleType cx cy d diffuseConstant direction display divisor dominant-baseline dx dy edgeMode
    elevation enable-background exponent fill-opacity fill-rule filterRes filterUnits flood-color
    flood-opacity font-family font-size font-size-adjust font-stretch font-style font-variant font-weight
    fr fx fy g1 g2 glyph-orientation-horizontal glyph-orientation-vertical gradientTransform gradientUnits
    image-rendering in in2 intercept k1 k2 k3 k4 kernelMatrix kernelUnitLength kerning lengthAdjust
    letter-spacing lighting-color limitingConeAngle markerHeight markerUnits markerWidth maskContentUnits
    maskUnits method mode numOctaves offset opacity operator order orient orientation overflow paint-order
    pathLength patternContentUnits patternTransform patternUnits point-order pointer-events points
    pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio primitiveUnits r radius refX refY
    requiredExtensions requiredFeatures result rotate rx ry scale seed shape-rendering slope spacing
    specularConstant specularExponent spreadMethod startOffset stdDeviation stitchTiles stop-color
    stop-opacity stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit
    stroke-opacity stroke-width surfaceScale systemLanguage tableValues targetX targetY text-anchor
    text-decoration text-rendering textLength transform transform-origin unicode-bidi vector-effect
    version viewBox visibility word-spacing writing-mode x x1 x2 xChannelSelector y y1 y2 yChannelSelector
    z zoomAndPan attributeName attributeType begin dur end restart repeatCount repeatDur calcMode keyTimes
    keySplines keyPoints additive accumulate path
""")

_MATHML_PLAIN = _words("""
    accent accentunder align alignmentscope background bevelled charalign charspacing close columnalign
    columnlines columnspacing columnspan columnwidth crossout decimalpoint denomalign depth display
    displaystyle edge equalcolumns equalrows fence fontfamily fontsize fontstyle fontweight form framespacing
    groupalign indentalign indentshift infixlinebreakstyle largeop leftoverhang length linebreak
    linethickness location longdivstyle lquote lspace mathbackground mathcolor mathsize mathvariant maxsize
    maxwidth minlabelspacing minsize movablelimits notation numalign open position rightoverhang rowalign
    rowlines rowspacing rowspan rquote rspace scriptlevel scriptminsize scriptsizemultiplier selection
    separator separators shift side stackalign stretchy subscriptshift superscriptshift symmetric voffset
    overflow altimg-width altimg-height altimg-valign alttext intent arg
""")

_QUALIFIED_PLAIN = frozenset(
    "{http://www.w3.org/XML/1998/namespace}" + name for name in ("lang", "space", "id")
) | frozenset("{http://www.idpf.org/2007/ops}" + name for name in ("type", "prefix"))

# Not `background` of HTML's table, which loads a picture: MathML's is a colour, and old.
PLAIN: Final = (_HTML_PLAIN | _SVG_PLAIN | _MATHML_PLAIN | _QUALIFIED_PLAIN) - {"background"}

# Presentation attributes whose value is CSS and may point at something: `fill="url(#leaf)"`.
CSS_VALUES: Final = _words("fill stroke filter clip-path mask marker marker-start marker-mid marker-end")

_SVG_CASE = {name.lower(): name for name in SVG_ELEMENTS | _SVG_PLAIN}


def svg_case(name: str) -> str:
    """SVG's own spelling of a name that an HTML parser put in lower case.

    >>> svg_case("viewbox"), svg_case("lineargradient")
    ('viewBox', 'linearGradient')
    """
    return _SVG_CASE.get(name, name)
